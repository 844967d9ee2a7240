#include <stdlib.h>

#include <uthash.h>

#include "base/check.h"
#include "live/internal.h"

struct published {
    int64_t league_id;
    int64_t seq;
    UT_hash_handle hh;
};

int64_t published_raise(struct live *live, int64_t league_id, int64_t seq)
{
    struct published *entry = NULL;
    HASH_FIND(hh, live->published, &league_id, sizeof(league_id), entry);
    if (entry == NULL) {
        entry = calloc(1, sizeof(*entry));
        CHECK(entry != NULL);
        entry->league_id = league_id;
        HASH_ADD(hh, live->published, league_id, sizeof(entry->league_id), entry);
    }
    int64_t before = entry->seq;
    if (seq > entry->seq) {
        entry->seq = seq;
    }
    return before;
}

void published_free(struct live *live)
{
    struct published *entry = NULL;
    struct published *next = NULL;
    HASH_ITER(hh, live->published, entry, next)
    {
        HASH_DEL(live->published, entry);
        free(entry);
    }
}
