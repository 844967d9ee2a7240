#include "base/meter.h"

int64_t meter_percentile(const uint64_t buckets[METER_BUCKETS], unsigned permille)
{
    uint64_t total = 0;
    for (unsigned i = 0; i < METER_BUCKETS; i++) {
        total += buckets[i];
    }
    if (total == 0) {
        return -1;
    }
    /* The rank of the nearest-rank method: ceil(p * n), at least 1. */
    uint64_t rank = (total * permille + 999) / 1000;
    rank = rank == 0 ? 1 : rank;
    uint64_t seen = 0;
    for (unsigned i = 0; i < METER_BUCKETS; i++) {
        seen += buckets[i];
        if (seen >= rank) {
            return (int64_t)meter_bucket_end(i) - 1;
        }
    }
    return (int64_t)meter_bucket_end(METER_BUCKETS - 1);
}
