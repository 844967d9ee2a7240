/* Deploys where systemd runs the server: the service's program is <data>/releases/current/bin/astralfield,
 * the socket unit keeps the listening socket while the service is started anew. */
#ifndef ASTRALFIELD_CLI_DEPLOY_UNIT_H
#define ASTRALFIELD_CLI_DEPLOY_UNIT_H

#include "cli/deploy.h"

/* Points `current` at the release, restarts the unit, and waits until it is active (Type=notify: until
 * it said that it is ready). When that fails, `current` goes back and the unit is started again. */
MUST_CHECK enum error unit_switch(struct cli *cli, const struct deploy_switch *wish,
                                  json_t **ret_state);

/* Looks at the service for so long: E_UNAVAILABLE when it was started again meanwhile, or when more than
 * 1 % of its answers are errors. Goes back by itself. */
MUST_CHECK enum error unit_watch(struct cli *cli, const struct deploy_switch *wish);

#endif
