/* Messages that the command line sends itself, with what came of each place. */
#ifndef ASTRALFIELD_CLI_TELL_H
#define ASTRALFIELD_CLI_TELL_H

#include "cli/cli.h"
#include "ops/notify.h"

/* Stores the message, sends it to every place that is set, and prints the results. What could not be
 * sent is tried again by the server. EXIT_FAILED when no place is set or none took it, EXIT_DEGRADED when
 * some did. In cli_with_database's fiber. */
int cli_tell(struct cli *cli, const struct config *settings, struct message *message,
             const char *action);

/* The settings, and what may be called from here. */
MUST_CHECK enum error cli_settings(struct cli *cli, struct config *ret_settings);

/* "root" or who SUDO_USER says, at this machine: for time-lines. */
struct slice cli_who(struct cli *cli);

#endif
