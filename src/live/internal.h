/* What the files of live/ share. */
#ifndef ASTRALFIELD_LIVE_INTERNAL_H
#define ASTRALFIELD_LIVE_INTERNAL_H

#include <stdatomic.h>

#include <uthash.h>

#include "live/live.h"

struct published;

struct live {
    struct live_settings settings;
    struct heads *heads;
    struct server *server;
    struct loop *loop; /* the rest belongs to its thread, but for is_listening */
    struct published *published;
    unsigned publishers; /* fibers that publish */
    bool is_stopping, is_polling;
    atomic_bool is_listening;
};

/* What the hub calls a league's stream as those see it who are no members. */
struct slice live_public_stream(struct arena *arena, int64_t league_id);

/* How far a stream has been sent on; league 0 is the nfl stream. */
struct published {
    int64_t league_id;
    int64_t sent;    /* the number of the last event that was published */
    int64_t wanted;  /* the newest one there is */
    bool is_running; /* one fiber at a time publishes a stream: events keep their order */
    UT_hash_handle hh;
};

struct published *published_of(struct live *live, int64_t league_id);
void published_free(struct live *live);

#endif
