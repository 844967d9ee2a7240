#include "cli/redis_open.h"

#include <stdio.h>

#include "ops/config.h"

enum { REDIS_SECONDS = 5, REDIS_PORT = 6379 };

static enum error redis_address(struct cli *cli, struct slice *ret_url)
{
    struct config settings;
    TRY(config_read(cli->data, &cli->faults, &settings));
    struct slice url = slice_from(settings.redis_url);
    char line[512] = { 0 };
    FILE *file = fopen(arena_format(cli->arena, "%s/run/redis.url", cli->data).ptr, "re");
    if (url.len == 0 && file != NULL && fgets(line, sizeof(line), file) != NULL) {
        url = arena_copy(cli->arena, slice_trim(slice_from(line)));
    }
    if (file != NULL) {
        fclose(file);
    }
    *ret_url = url;
    return url.len > 0 ? OK
                       : refuse(&cli->faults, E_UNAVAILABLE,
                                "no Redis is known: name the data directory of a running instance "
                                "with --data, or set REDIS_URL");
}

enum error cli_redis_open(struct cli *cli, redisContext **ret_redis)
{
    struct slice url = { 0 };
    TRY(redis_address(cli, &url));
    struct timeval limit = { .tv_sec = REDIS_SECONDS };
    redisContext *redis = NULL;
    if (slice_starts(url, S("unix:"))) {
        redis = redisConnectUnixWithTimeout(arena_cstr(cli->arena, slice_from_to(url, 5, url.len)),
                                            limit);
    } else {
        struct slice rest = slice_starts(url, S("redis://")) ? slice_from_to(url, 8, url.len) : url;
        struct slice place = slice_cut(&rest, '/');
        struct slice host = slice_cut(&place, ':');
        int64_t port = REDIS_PORT;
        if (place.ptr != NULL && slice_to_int(place, &port) != OK) {
            return refuse(&cli->faults, E_INVALID, "REDIS_URL has no port that is a number");
        }
        redis = redisConnectWithTimeout(arena_cstr(cli->arena, host), (int)port, limit);
    }
    if (redis == NULL || redis->err != 0 || redisSetTimeout(redis, limit) != REDIS_OK) {
        enum error error = refuse(&cli->faults, E_UNAVAILABLE, "Redis cannot be reached: %s",
                                  redis == NULL ? "no memory" : redis->errstr);
        redisFree(redis);
        return error;
    }
    *ret_redis = redis;
    return OK;
}
