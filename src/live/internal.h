/* What the files of live/ share. */
#ifndef ASTRALFIELD_LIVE_INTERNAL_H
#define ASTRALFIELD_LIVE_INTERNAL_H

#include <stdatomic.h>

#include "live/live.h"

struct published; /* how far each league's stream was sent on */

struct live {
    struct live_settings settings;
    struct heads *heads;
    struct server *server;
    struct loop *loop; /* the rest belongs to its thread, but for is_listening */
    struct published *published;
    int64_t nfl_published;
    bool is_stopping, is_polling;
    atomic_bool is_listening;
};

/* What the hub calls a league's stream as those see it who are no members. */
struct slice live_public_stream(struct arena *arena, int64_t league_id);

/* Notes that a league's stream is sent on up to `seq`; returns how far it was before. */
int64_t published_raise(struct live *live, int64_t league_id, int64_t seq);
void published_free(struct live *live);

#endif
