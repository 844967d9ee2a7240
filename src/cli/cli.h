/* The command line: one file per command, one row per command in cli/commands.c.
 *
 * Exit codes: 0 ok, 1 a check failed or the work could not be done, 2 wrong usage, 3 degraded,
 * 4 another operation holds the lock, 5 refused for safety, 6 time-out. */
#ifndef ASTRALFIELD_CLI_CLI_H
#define ASTRALFIELD_CLI_CLI_H

#include "base/faults.h"
#include "base/time.h"

enum cli_exit {
    EXIT_OK = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_DEGRADED = 3,
    EXIT_LOCKED = 4,
    EXIT_REFUSED = 5,
    EXIT_TIMEOUT = 6,
};

struct cli_option {
    const char *name;  /* "season": given as --season 2024 or --season=2024 */
    const char *value; /* "YEAR": what the value is called in the help; NULL = a switch */
    bool is_required;
    bool is_repeatable;
    const char *doc;
};

enum { CLI_OPTIONS_MAX = 24, CLI_ARGUMENTS_MAX = 8 };

struct cli;

struct command {
    const char *name;                 /* "import nfl": one or two words */
    const char *summary;              /* one line for the list */
    const char *help;                 /* what it does, with an example; shown by --help */
    const char *arguments;            /* "LEAGUE [WEEK]" for the usage line; NULL = none */
    const struct cli_option *options; /* own options; --data, --json, --help exist everywhere */
    size_t option_count;
    int (*run)(struct cli *cli); /* returns the exit code */
};

struct cli_given {
    const char *name;
    struct slice value;
};

struct cli {
    struct arena *arena;
    struct faults faults;
    const struct command *command;
    struct cli_given given[CLI_OPTIONS_MAX];
    size_t given_count;
    struct slice arguments[CLI_ARGUMENTS_MAX];
    size_t argument_count;
    const char *data; /* the data directory, absolute; default ./var, or $ASTRALFIELD_DATA_DIR */
    bool is_json;     /* --json: the result goes to standard output as one JSON document */
    bool is_terminal; /* standard error is a terminal: progress bars may move */
};

/* The value of an option; ptr NULL when not given. */
struct slice cli_value(const struct cli *cli, const char *name);

/* Value `index` of a repeatable option; ptr NULL past the last. */
struct slice cli_value_at(const struct cli *cli, const char *name, size_t index);

bool cli_has(const struct cli *cli, const char *name);

/* A whole number option within bounds, or `fallback` when not given; otherwise says what is wrong
 * and returns E_USAGE. */
MUST_CHECK enum error cli_number(struct cli *cli, const char *name, int64_t min, int64_t max,
                                 int64_t fallback, int64_t *ret_value);

/* For what cannot be undone: OK when --yes and --confirm `name` were given (the command has both as
 * options), or when a person at a terminal types the name; otherwise E_FORBIDDEN (exit code 5). */
MUST_CHECK enum error cli_confirmed(struct cli *cli, const char *name);

#define CLI_CONFIRM_OPTIONS                                                                        \
    { .name = "yes", .doc = "do not ask; needs --confirm" },                                       \
    {                                                                                              \
        .name = "confirm", .value = "NAME", .doc = "what is destroyed, by its name"                \
    }

/* Prints what went wrong (to standard error; with --json a problem document to standard output)
 * and gives the exit code that fits. */
int cli_fail(struct cli *cli, enum error error);

/* Standard output, unbuffered by us. */
void cli_print(const char *format, ...) PRINTF_LIKE(1, 2);

/* The database of the running instance: $DATABASE_URL, or the private one under --data. E_UNAVAILABLE
 * with what to do when there is neither. */
MUST_CHECK enum error cli_database(struct cli *cli, const char **ret_url);

/* Forgets a DATABASE_URL of the environment that is the running instance's own private one (exported
 * for psql): what belongs to the instance is then found as without it. */
void cli_forget_own_url(const struct cli *cli);

/* Runs body(cli, thing) in a fiber with db_* usable (2 reads, 2 transactions), and returns its exit
 * code. Says why when the database cannot be reached or is not migrated. */
int cli_with_database(struct cli *cli, int (*body)(struct cli *cli, void *thing), void *thing);

/* E_RECOVERY while RECOVERY_MODE is on, in the environment or stored in this database. */
MUST_CHECK enum error cli_refuse_in_recovery(struct cli *cli, const char *url);

struct tx;
struct audit_entry;

/* Adds a row to the audit log in this transaction, as "local", with user and machine: `after` becomes
 * {"by": "root@host", "what": after}. Actor and time of the entry are not read. Take it last. */
MUST_CHECK enum error cli_audit(struct cli *cli, struct tx *tx, const struct audit_entry *entry);

/* The same entry as it will stand there, for who writes it without a fiber (ops/facts.h). */
struct audit_entry cli_audit_whole(struct cli *cli, const struct audit_entry *entry);
/* "root@host": who runs this command, where. */
struct slice cli_by_whom(struct arena *arena);

/* ---- progress on standard error: a bar on a terminal, a line every few seconds elsewhere ---- */

struct progress {
    const char *what;
    int64_t total; /* 0 = not known */
    int64_t done;
    struct mono started, shown;
    bool is_terminal;
};

void progress_start(struct progress *progress, const struct cli *cli, const char *what,
                    int64_t total);
void progress_step(struct progress *progress, int64_t done);
void progress_end(struct progress *progress);

extern const struct command *const commands[]; /* ends with NULL */

/* Finds and runs a command; the whole of main. */
int cli_main(int argc, char **argv);

#endif
