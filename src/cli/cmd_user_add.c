/* astralfield user add: an account from the command line. */
#include <inttypes.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "auth/auth.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/people.h"
#include "ops/audit.h"
#include "run/work.h"

static const struct cli_option options[] = {
    { .name = "email", .value = "ADDRESS", .is_required = true, .doc = "signs in with it" },
    { .name = "name", .value = "NAME", .doc = "display name (default: what stands before the @)" },
    { .name = "operator", .doc = "may run this installation" },
};

/* The password is read from standard input, never from the command line, which others can see. */
static enum error read_password(struct cli *cli, struct slice *ret_password)
{
    char line[PASSWORD_LENGTH_MAX * 4 + 2];
    struct termios old;
    bool is_asking = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &old) == 0;
    if (is_asking) {
        struct termios silent = old;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        dprintf(STDERR_FILENO, "Password (%d characters or more): ", PASSWORD_LENGTH_MIN);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    bool is_read = fgets(line, sizeof(line), stdin) != NULL;
    if (is_asking) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        dprintf(STDERR_FILENO, "\n");
    }
    struct slice text = is_read ? slice_from(line) : S("");
    if (slice_ends(text, S("\n"))) {
        text.len--;
    }
    size_t len = slice_is_utf8(text) ? slice_code_points(text) : 0;
    if (len < PASSWORD_LENGTH_MIN || len > PASSWORD_LENGTH_MAX) {
        return refuse(&cli->faults, E_INVALID,
                      "the password (one line of standard input) must have %d to %d characters",
                      PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX);
    }
    *ret_password = arena_copy(cli->arena, text);
    return OK;
}

enum error person_find(struct cli *cli, struct slice email, struct person *ret_person)
{
    struct rows rows = { 0 };
    TRY(db_read(cli->arena, SQL_OPS_ACCOUNT_FIND, PARAMS(P_TEXT(email)), &rows));
    if (rows.count == 0) {
        return refuse(&cli->faults, E_NOT_FOUND, "nobody here has the address %.*s", FMT(email));
    }
    *ret_person = (struct person){ .id = rows_int(&rows, 0, "id"),
                                   .other_operators = rows_int(&rows, 0, "other_operators"),
                                   .is_operator = rows_bool(&rows, 0, "is_operator"),
                                   .is_active = slice_eq(rows_text(&rows, 0, "state"), S("active")),
                                   .has_totp = rows_bool(&rows, 0, "has_totp") };
    return OK;
}

static enum error note_added(struct cli *cli, const struct account *account, int64_t user_id)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(cli->arena, &tx));
    TRY(cli_audit(
        cli, &tx,
        &(struct audit_entry){ .action = account->is_operator ? "admin.create" : "user.create",
                               .target_kind = "user",
                               .target_id = arena_format(cli->arena, "%" PRId64, user_id) }));
    return tx_commit(&tx);
}

static int add(struct cli *cli, void *thing)
{
    const struct account *account = thing;
    struct work_pool *pool = NULL;
    int64_t user_id = 0;
    enum error error = work_pool_new(1, 4, &pool);
    struct auth *auth = auth_new(pool);
    if (error == OK) {
        error = auth_add_user(auth, &cli->faults, account, &user_id);
    }
    auth_free(auth);
    work_pool_free(pool);
    if (error == OK) {
        error = note_added(cli, account, user_id);
    }
    if (error != OK) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        cli_print("{\"id\":%" PRId64 "}\n", user_id);
    } else {
        cli_print("%.*s has an account%s.\n", FMT(account->email),
                  account->is_operator ? " and is an operator" : "");
    }
    return EXIT_OK;
}

int person_add(struct cli *cli, bool is_operator)
{
    struct slice email = cli_value(cli, "email");
    struct slice rest = email;
    struct slice before_at = slice_cut(&rest, '@');
    struct account account = { .email = email,
                               .display_name = cli_value(cli, "name"),
                               .is_operator = is_operator };
    if (before_at.len == 0 || rest.len == 0 || !slice_is_utf8(email)) {
        return cli_fail(cli,
                        refuse(&cli->faults, E_USAGE, "\"%.*s\" is no e-mail address", FMT(email)));
    }
    if (account.display_name.len == 0) {
        account.display_name = before_at;
    }
    enum error error = read_password(cli, &account.password);
    return error != OK ? cli_fail(cli, error) : cli_with_database(cli, add, &account);
}

static int run(struct cli *cli)
{
    return person_add(cli, cli_has(cli, "operator"));
}

const struct command user_add_command = {
    .name = "user add",
    .summary = "make an account",
    .help = "Asks for the password, or reads it as one line of standard input.\n\n"
            "example: astralfield user add --email maya@example.org --name Maya --operator",
    .options = options,
    .option_count = sizeof(options) / sizeof(options[0]),
    .run = run,
};
