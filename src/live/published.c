#include <stdlib.h>

#include "base/check.h"
#include "live/internal.h"

struct published *published_of(struct live *live, int64_t league_id)
{
    struct published *entry = NULL;
    HASH_FIND(hh, live->published, &league_id, sizeof(league_id), entry);
    if (entry == NULL) {
        entry = calloc(1, sizeof(*entry));
        CHECK(entry != NULL);
        entry->league_id = league_id;
        HASH_ADD(hh, live->published, league_id, sizeof(entry->league_id), entry);
    }
    return entry;
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
