#include "cache/limits.h"

#include <pthread.h>
#include <stdlib.h>

#include <uthash.h>

#include "base/check.h"

struct bucket {
    UT_hash_handle hh;
    int64_t micro_tokens; /* millionths of a token */
    struct mono at;       /* when they were counted */
    struct limit limit;
    size_t key_len;
    char key[LIMIT_KEY_BYTES_MAX];
};

struct limits {
    pthread_mutex_t lock; /* guards everything below */
    struct bucket *buckets;
};

struct limits *limits_new(void)
{
    struct limits *limits = calloc(1, sizeof(*limits));
    CHECK(limits != NULL);
    pthread_mutex_init(&limits->lock, NULL);
    return limits;
}

static void forget(struct limits *limits, bool is_only_full, struct mono now);

void limits_free(struct limits *limits)
{
    if (limits != NULL) {
        forget(limits, false, mono_now());
        pthread_mutex_destroy(&limits->lock);
        free(limits);
    }
}

static void refill(struct bucket *bucket, struct mono now)
{
    int64_t elapsed = now.us - bucket->at.us;
    int64_t full = bucket->limit.burst * 1000000;
    bucket->at = now;
    /* An hour fills every bucket; the bound keeps the product in range. */
    if (elapsed > 3600 * US_PER_S) {
        bucket->micro_tokens = full;
        return;
    }
    bucket->micro_tokens += elapsed * bucket->limit.per_minute / 60;
    if (bucket->micro_tokens > full) {
        bucket->micro_tokens = full;
    }
}

static void forget(struct limits *limits, bool is_only_full, struct mono now)
{
    struct bucket *bucket = NULL;
    struct bucket *next = NULL;
    HASH_ITER(hh, limits->buckets, bucket, next)
    {
        refill(bucket, now);
        if (!is_only_full || bucket->micro_tokens == bucket->limit.burst * 1000000) {
            HASH_DEL(limits->buckets, bucket);
            free(bucket);
        }
    }
}

static struct bucket *bucket_of(struct limits *limits, struct slice key, struct limit limit,
                                struct mono now)
{
    struct bucket *bucket = NULL;
    HASH_FIND(hh, limits->buckets, key.ptr, key.len, bucket);
    if (bucket != NULL) {
        return bucket;
    }
    if (HASH_COUNT(limits->buckets) >= LIMIT_KEYS_MAX) {
        forget(limits, true, now);
    }
    if (HASH_COUNT(limits->buckets) >= LIMIT_KEYS_MAX) {
        forget(limits, false, now); /* under attack from everywhere: start afresh, bounded */
    }
    bucket = calloc(1, sizeof(*bucket));
    CHECK(bucket != NULL);
    *bucket = (struct bucket){
        .limit = limit, .micro_tokens = limit.burst * 1000000, .at = now, .key_len = key.len
    };
    memcpy(bucket->key, key.ptr, key.len);
    HASH_ADD_KEYPTR(hh, limits->buckets, bucket->key, bucket->key_len, bucket);
    return bucket;
}

struct limit_state limit_take(struct limits *limits, struct slice key, struct limit limit,
                              struct mono now)
{
    CHECK(limit.per_minute > 0);
    if (key.len > LIMIT_KEY_BYTES_MAX) {
        key.len = LIMIT_KEY_BYTES_MAX;
    }
    pthread_mutex_lock(&limits->lock);
    struct bucket *bucket = bucket_of(limits, key, limit, now);
    refill(bucket, now);
    struct limit_state state = { .is_allowed = bucket->micro_tokens >= 1000000 };
    if (state.is_allowed) {
        bucket->micro_tokens -= 1000000;
    } else {
        int64_t missing = 1000000 - bucket->micro_tokens;
        state.retry_after_s = (missing * 60 / limit.per_minute + 999999) / 1000000;
        state.retry_after_s = state.retry_after_s < 1 ? 1 : state.retry_after_s;
    }
    state.left = bucket->micro_tokens / 1000000;
    pthread_mutex_unlock(&limits->lock);
    return state;
}
