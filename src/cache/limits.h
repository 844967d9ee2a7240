/* How often somebody may do something: a token bucket per key, in this process.
 *
 * A bucket holds `burst` tokens and gains `per_minute` a minute. Any thread; one lock; at most
 * LIMIT_KEYS_MAX keys: when full, buckets that are full again are forgotten first. */
#ifndef ASTRALFIELD_CACHE_LIMITS_H
#define ASTRALFIELD_CACHE_LIMITS_H

#include "base/slice.h"
#include "base/time.h"

enum { LIMIT_KEYS_MAX = 100000, LIMIT_KEY_BYTES_MAX = 64 };

struct limits;

struct limit {
    int64_t per_minute;
    int64_t burst;
};

struct limit_state {
    bool is_allowed;
    int64_t left;          /* whole tokens left after this one */
    int64_t retry_after_s; /* when refused: seconds until the next token, at least 1 */
};

struct limits *limits_new(void);
void limits_free(struct limits *limits);

/* Takes one token from the bucket of `key` (cut to LIMIT_KEY_BYTES_MAX). */
struct limit_state limit_take(struct limits *limits, struct slice key, struct limit limit,
                              struct mono now);

#endif
