/* Counting without locks: one thread writes a meter, any thread reads it.
 *
 * The writer loads and stores with relaxed order, which compiles to plain additions; a reader sees
 * each number whole, and numbers of one meter at most a moment apart. Timings keep a histogram with
 * eight buckets per power of two (as HdrHistogram does), so a percentile is at most 12.5 % too high. */
#ifndef ASTRALFIELD_BASE_METER_H
#define ASTRALFIELD_BASE_METER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { METER_SUB_BITS = 3, METER_TOP_BIT = 26, METER_BUCKETS = 192 };

struct meter {
    _Atomic uint64_t count, sum, max; /* max: since a reader last took it away */
};

struct timing {
    struct meter meter; /* microseconds */
    _Atomic uint64_t buckets[METER_BUCKETS];
};

static inline void meter_bump(_Atomic uint64_t *number, uint64_t by)
{
    atomic_store_explicit(number, atomic_load_explicit(number, memory_order_relaxed) + by,
                          memory_order_relaxed);
}

static inline uint64_t meter_load(_Atomic uint64_t *number)
{
    return atomic_load_explicit(number, memory_order_relaxed);
}

/* One thing of this size happened. The meter's own thread. */
static inline void meter_add(struct meter *meter, uint64_t size)
{
    meter_bump(&meter->count, 1);
    meter_bump(&meter->sum, size);
    if (size > meter_load(&meter->max)) {
        atomic_store_explicit(&meter->max, size, memory_order_relaxed);
    }
}

/* Values under 8 have a bucket each; 2^26 µs (67 s) and more share the last one. */
static inline unsigned meter_bucket(uint64_t us)
{
    if (us < 1u << METER_SUB_BITS) {
        return (unsigned)us;
    }
    unsigned top = 63u - (unsigned)__builtin_clzll(us);
    if (top >= METER_TOP_BIT) {
        return METER_BUCKETS - 1;
    }
    return ((top - METER_SUB_BITS) << METER_SUB_BITS) + (unsigned)(us >> (top - METER_SUB_BITS));
}

/* The smallest value that is too large for the bucket. */
static inline uint64_t meter_bucket_end(unsigned bucket)
{
    if (bucket < 1u << METER_SUB_BITS) {
        return bucket + 1u;
    }
    unsigned shift = (bucket >> METER_SUB_BITS) - 1;
    uint64_t place = (bucket & ((1u << METER_SUB_BITS) - 1)) + (1u << METER_SUB_BITS);
    return (place + 1) << shift;
}

/* It took so long (negative counts as 0). The meter's own thread. */
static inline void timing_add(struct timing *timing, int64_t us)
{
    uint64_t size = us < 0 ? 0 : (uint64_t)us;
    meter_add(&timing->meter, size);
    meter_bump(&timing->buckets[meter_bucket(size)], 1);
}

/* The value that `permille` of 1000 do not exceed, as the upper end of its bucket; -1 when nothing
 * was counted. `buckets` are plain copies. */
int64_t meter_percentile(const uint64_t buckets[METER_BUCKETS], unsigned permille);

#endif
