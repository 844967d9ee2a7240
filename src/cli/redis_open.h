/* A connection of a command's own to the instance's Redis. Blocking, with a time limit. */
#ifndef ASTRALFIELD_CLI_REDIS_OPEN_H
#define ASTRALFIELD_CLI_REDIS_OPEN_H

#include <hiredis/hiredis.h>

#include "cli/cli.h"

/* REDIS_URL, or the private one of the running instance. The caller ends it with redisFree. */
MUST_CHECK enum error cli_redis_open(struct cli *cli, redisContext **ret_redis);

#endif
