/* What the commands about settings and switches share. */
#ifndef ASTRALFIELD_CLI_CMD_ENV_H
#define ASTRALFIELD_CLI_CMD_ENV_H

#include "base/json.h"
#include "cli/commands.h"
#include "ops/config.h"
#include "ops/switch_store.h"

/* Options that `env set`, `maintenance` and `lockdown` have in common. */
#define ENV_OPTION_REASON                                                                          \
    {                                                                                              \
        .name = "reason", .value = "TEXT", .doc = "why, for the audit log"                         \
    }
#define ENV_OPTION_DRY_RUN                                                                         \
    {                                                                                              \
        .name = "dry-run", .doc = "say what would change, and change nothing"                      \
    }

/* "90", "90s", "15m", "2h", "1d" as seconds, or what is left until "2025-09-07T03:00:00Z" or the next
 * "03:00" UTC. E_USAGE with what it should be. */
MUST_CHECK enum error env_seconds(struct cli *cli, struct slice text, int64_t *ret_seconds);

/* What the program's environment and the database say of every switch, as a server started now would have
 * it; in a fiber with the database. */
MUST_CHECK enum error env_load(struct cli *cli);

/* One order or its end: sets or unsets, audits, commits, and stops or starts draft clocks. In a fiber with
 * the database. Does nothing with --dry-run. */
struct env_order {
    struct switch_wish wish;
    bool is_unset;
    struct switch_change change; /* what was done */
};
MUST_CHECK enum error env_order(struct cli *cli, struct env_order *order);

/* Several of them and a sentence; the whole of `maintenance on` and the like. */
int env_run_orders(struct cli *cli, struct env_order *orders, size_t count);

/* A switch and what is in effect, as members of an object. */
void env_write_switch(struct json *json, enum switch_id id);

/* The mode, and the switches that are on, for people. */
void env_print_modes(struct cli *cli);

/* env_file.c: sets (value.ptr NULL: takes out) NAME in <data>/astralfield.conf, all else as it stands;
 * *ret_before is the line's old value, empty when there was none. Durable when it returns. */
MUST_CHECK enum error env_file_set(struct cli *cli, struct slice name, struct slice value,
                                   struct slice *ret_before);

#endif
