/* A list of checks with their outcome, as doctor, health, smoke and verify print it.
 *
 * The exit code follows the worst: 0, 3 (something to look at), 1 (failed). */
#ifndef ASTRALFIELD_CLI_CHECKS_H
#define ASTRALFIELD_CLI_CHECKS_H

#include "cli/cli.h"

enum check_state { CHECK_GOOD, CHECK_SKIPPED, CHECK_WARNING, CHECK_BAD };

enum { CHECKS_MAX = 96 };

struct check_result {
    const char *name; /* "database" */
    enum check_state state;
    struct slice said; /* what was found */
    struct slice hint; /* what to do about it; empty = nothing */
    int64_t us;        /* -1: not measured */
};

struct checks {
    struct cli *cli;
    const char *title;
    bool has_hints; /* doctor --fix-hints */
    struct check_result list[CHECKS_MAX];
    size_t count;
};

/* Adds one; the text is printf's. */
void check_add(struct checks *checks, const char *name, enum check_state state, const char *format,
               ...) PRINTF_LIKE(4, 5);

/* What to do about the check that was added last; told only when it is not good. */
void check_hint(struct checks *checks, const char *format, ...) PRINTF_LIKE(2, 3);

/* How long the check that was added last took. */
void check_took(struct checks *checks, int64_t us);

/* Adds a failed check from a refusal, which is taken out of the faults. */
void check_refused(struct checks *checks, const char *name);

/* Prints all of them, as text or as JSON, and gives the exit code. */
int checks_print(struct checks *checks);

/* The members "status" and "checks" of a JSON object that is open. */
struct json;
void checks_json(const struct checks *checks, struct json *json);

#endif
