/* The manual page and the completion scripts, made from the table of commands. */
#include "base/check.h"
#include "cli/help.h"

/* ---- manual page ---- */

/* Text for roff: backslashes, hyphens of options, and no line that begins as a request. */
static struct slice roff(struct arena *arena, struct slice text)
{
    struct buffer out;
    bool is_line_start = true;
    buffer_init(&out, arena);
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        if (is_line_start && (byte == '.' || byte == '\'')) {
            buffer_add(&out, S("\\&"));
        }
        if (byte == '\\') {
            buffer_add(&out, S("\\e"));
        } else if (byte == '-') {
            buffer_add(&out, S("\\-"));
        } else if (slice_starts(slice_from_to(text, i, text.len), S("…"))) {
            buffer_add(&out, S("..."));
            i += sizeof("…") - 2;
        } else {
            buffer_byte(&out, byte);
        }
        is_line_start = byte == '\n';
    }
    return buffer_slice(&out);
}

static void man_option(struct arena *arena, const struct cli_option *option)
{
    struct slice name = roff(arena, arena_format(arena, "--%s", option->name));
    if (option->value != NULL) {
        cli_print(".TP\n\\fB%.*s\\fR \\fI%.*s\\fR\n", FMT(name),
                  FMT(roff(arena, slice_from(option->value))));
    } else {
        cli_print(".TP\n\\fB%.*s\\fR\n", FMT(name));
    }
    cli_print("%.*s%s%s\n", FMT(roff(arena, slice_from(option->doc))),
              option->is_required ? " (required)" : "",
              option->is_repeatable ? " (may be given several times)" : "");
}

static void man_command(struct arena *arena, const struct command *command)
{
    cli_print(".SS \"%.*s%s%.*s\"\n%.*s\n.PP\n.nf\n%.*s\n.fi\n",
              FMT(roff(arena, slice_from(command->name))), command->arguments != NULL ? " " : "",
              FMT(roff(arena, slice_from(command->arguments))),
              FMT(roff(arena, slice_from(command->summary))),
              FMT(roff(arena, slice_from(command->help))));
    for (size_t i = 0; i < command->option_count; i++) {
        man_option(arena, &command->options[i]);
    }
}

void help_man(struct arena *arena)
{
    cli_print(".TH ASTRALFIELD 1 \"\" \"astralfield %s\" \"AstralField\"\n"
              ".SH NAME\nastralfield \\- fantasy football on your own machine\n"
              ".SH SYNOPSIS\n\\fBastralfield\\fR \\fICOMMAND\\fR [\\fIoptions\\fR]\n"
              ".SH DESCRIPTION\nServer, supervisor and operators\\(aq tools are one program.\n"
              "\\fBastralfield up\\fR runs everything on this machine.\n"
              ".SH OPTIONS\nEvery command takes these.\n",
              ASTRALFIELD_VERSION);
    for (size_t i = 0; i < CLI_COMMON_COUNT; i++) {
        man_option(arena, &cli_common_options[i]);
    }
    cli_print(".SH COMMANDS\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        man_command(arena, commands[i]);
    }
    cli_print(".SH \"EXIT STATUS\"\n"
              ".TP\n0\nok\n.TP\n1\na check failed, or the work could not be done\n"
              ".TP\n2\nwrong usage\n.TP\n3\ndegraded\n.TP\n4\nanother operation holds the lock\n"
              ".TP\n5\nrefused for safety\n.TP\n6\ntime\\-out\n");
}

/* ---- completion ---- */

static void print_words(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        struct slice word = command_group(commands[i]);
        bool is_new = true;
        for (size_t before = 0; before < i; before++) {
            is_new = is_new && !slice_eq(command_group(commands[before]), word);
        }
        if (is_new) {
            cli_print(" %.*s", FMT(word));
        }
    }
}

/* The second words of a group, as one case of the script. */
static void print_second(struct slice word)
{
    cli_print("            %.*s) words='", FMT(word));
    for (size_t i = 0; commands[i] != NULL; i++) {
        struct slice rest = slice_from(commands[i]->name);
        if (slice_eq(slice_cut(&rest, ' '), word) && rest.ptr != NULL) {
            cli_print("%.*s ", FMT(rest));
        }
    }
    cli_print("' ;;\n");
}

static void print_seconds(void)
{
    for (size_t i = 0; commands[i] != NULL; i++) {
        struct slice word = command_group(commands[i]);
        bool is_new = is_command_group(word);
        for (size_t before = 0; before < i; before++) {
            is_new = is_new && !slice_eq(command_group(commands[before]), word);
        }
        if (is_new) {
            print_second(word);
        }
    }
}

static void print_options(const struct command *command)
{
    cli_print("        '%s'%s) words='", command->name,
              is_command_group(slice_from(command->name)) ? ""
              : slice_find(slice_from(command->name), ' ', 0) < slice_from(command->name).len
                  ? ""
                  : "*");
    for (size_t i = 0; i < command->option_count; i++) {
        cli_print("--%s ", command->options[i].name);
    }
    for (size_t i = 0; i < CLI_COMMON_COUNT; i++) {
        cli_print("--%s ", cli_common_options[i].name);
    }
    cli_print("' ;;\n");
}

void help_completion(bool is_zsh)
{
    if (is_zsh) {
        cli_print("#compdef astralfield\nautoload -U +X bashcompinit && bashcompinit\n");
    }
    cli_print("_astralfield() {\n"
              "    local word=${COMP_WORDS[COMP_CWORD]} words=''\n"
              "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
              "        words='help");
    print_words();
    cli_print("'\n    elif [ \"$COMP_CWORD\" -eq 2 ] && [ \"${word#-}\" = \"$word\" ]; then\n"
              "        case ${COMP_WORDS[1]} in\n");
    print_seconds();
    cli_print("        esac\n    fi\n"
              "    if [ -z \"$words\" ] && [ \"${word#-}\" != \"$word\" ]; then\n"
              "        case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
    for (size_t i = 0; commands[i] != NULL; i++) {
        print_options(commands[i]);
    }
    cli_print("        esac\n    fi\n"
              "    while IFS='' read -r line; do COMPREPLY+=(\"$line\"); done \\\n"
              "        < <(compgen -W \"$words\" -- \"$word\")\n}\n"
              "complete -o default -F _astralfield astralfield\n");
}
