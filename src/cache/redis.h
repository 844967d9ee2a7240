/* Redis for fibers, one or more connections a loop, made again in the background when lost.
 *
 * Redis makes things fast and is never the truth: every call may answer E_UNAVAILABLE, and callers
 * carry on without. Keys and values are bytes. */
#ifndef ASTRALFIELD_CACHE_REDIS_H
#define ASTRALFIELD_CACHE_REDIS_H

#include "base/arena.h"

struct loop;

/* `url`: "unix:/path/redis.sock", "redis://host:port/" or "host:port". NULL or empty: no Redis, and
 * every call answers E_UNAVAILABLE. */
MUST_CHECK enum error redis_loop_start(struct loop *loop, struct slice url);
void redis_loop_stop(struct loop *loop);

enum { REDIS_LINKS_MAX = 16 };

/* From now on that many connections of this loop, one at the start; 1 … REDIS_LINKS_MAX. Commands take turns
 * on them. Any thread; nobody who waits for an answer loses it. */
void redis_tune(struct loop *loop, unsigned count);

bool redis_is_up(void);

/* E_NOT_FOUND when the key is not there; the value lives in the arena. */
MUST_CHECK enum error redis_get(struct arena *arena, struct slice key, struct slice *ret_value);
MUST_CHECK enum error redis_set(struct slice key, struct slice value, int64_t ttl_s);
MUST_CHECK enum error redis_delete(struct slice key);

/* Adds one to a counter that starts to expire with its first count; gives the new count and the
 * seconds until it is forgotten. */
MUST_CHECK enum error redis_count(struct slice key, int64_t ttl_s, int64_t *ret_count,
                                  int64_t *ret_left_s);

/* What INFO says, in the arena. */
MUST_CHECK enum error redis_info(struct arena *arena, struct slice *ret_text);

/* "PONG" within the time-out. */
MUST_CHECK enum error redis_ping(void);

#endif
