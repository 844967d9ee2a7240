/* Where every stream stands, as this process knows it: the seq of each league it has heard of, and of
 * the nfl stream. Caches compare these numbers; the number only ever grows. Any thread; one lock. */
#ifndef ASTRALFIELD_LIVE_HEADS_H
#define ASTRALFIELD_LIVE_HEADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heads;

struct heads *heads_new(void);
void heads_free(struct heads *heads);

/* Raises a league's number; true when that was news. */
bool heads_raise(struct heads *heads, int64_t league_id, int64_t seq);
bool heads_raise_nfl(struct heads *heads, int64_t seq);

/* 0 = never heard of. */
int64_t heads_league(struct heads *heads, int64_t league_id);
int64_t heads_nfl(struct heads *heads);

/* The leagues that were asked for since the last call, at most `max`; returns how many. */
size_t heads_asked(struct heads *heads, int64_t *ret_ids, size_t max);

#endif
