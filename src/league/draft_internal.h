/* What the files of the draft share; nobody else includes this. */
#ifndef ASTRALFIELD_LEAGUE_DRAFT_INTERNAL_H
#define ASTRALFIELD_LEAGUE_DRAFT_INTERNAL_H

#include "base/random.h"
#include "league/draft.h"
#include "rules/autopick.h"
#include "rules/draft.h"

enum { SEED_BYTES = 32 };

enum draft_state {
    DRAFT_STATE_SCHEDULED,
    DRAFT_STATE_RUNNING,
    DRAFT_STATE_PAUSED,
    DRAFT_STATE_COMPLETE,
    DRAFT_STATE_CANCELLED
};

struct draft {
    int64_t id;
    enum draft_state state;
    struct draft_shape shape; /* team_count: that of the order, 0 while it is not drawn */
    int seconds_per_pick;
    int current_pick; /* 0 while not running or paused */
    int last_pick;    /* number of the last pick, 0 before the start */
    utime deadline_at;
    int64_t paused_remaining_ms;
    bool is_manual;
    unsigned char seed[SEED_BYTES];
    int64_t team_id; /* on the clock */
    bool is_auto;    /* that team picks by itself */
    int round;       /* of the current pick */
};

/* draft.c */

/* Locks the league of the draft and loads both. When change->is_repeat is set, return. */
MUST_CHECK enum error draft_begin(struct change *change, int64_t draft_id, struct draft *ret_draft);
MUST_CHECK enum error draft_load(struct change *change, int64_t draft_id, struct draft *ret_draft);
MUST_CHECK enum error draft_require(struct change *change, const struct draft *draft,
                                    unsigned states);

/* A generator for one purpose of a draft's seed: the same seed and purpose give the same numbers. */
struct rng draft_rng(const struct draft *draft, struct slice purpose);

/* Bytes as bytea text. */
struct slice draft_bytea(struct arena *arena, const unsigned char *bytes, size_t len);

/* draft_start.c */

/* Draws or takes the order; `team_order` NULL draws. */
MUST_CHECK enum error draft_order(struct change *change, struct draft *draft,
                                  const int64_t *team_order);
MUST_CHECK enum error draft_start(struct change *change, struct draft *draft);

/* draft_pick.c */

struct picked {
    int64_t team_id;
    int64_t player_id;
    struct slice name;
    struct slice position;
    enum draft_maker maker;
    enum draft_auto_reason reason; /* for PICK_BY_AUTO */
};

/* Writes the current pick and its event and steps to the next: *draft then stands there. After the
 * last one it is complete, and the season has started. */
MUST_CHECK enum error draft_apply(struct change *change, struct draft *draft,
                                  const struct picked *picked);

/* The positions that fit a starting slot of the league. */
MUST_CHECK enum error draft_positions(struct change *change, position_mask *ret_positions);

/* draft_auto.c */

/* Who is free, who owns whom, who wants whom: loaded once, kept up to date pick by pick. */
struct autodraft;

MUST_CHECK enum error autodraft_load(struct change *change, const struct draft *draft,
                                     struct autodraft **ret_auto);

/* Picks for the team on the clock. */
MUST_CHECK enum error autodraft_pick(struct autodraft *autodraft, struct change *change,
                                     struct draft *draft, enum draft_auto_reason reason);

/* draft_finish.c */

/* Completes the draft: rosters, schedule, season. */
MUST_CHECK enum error draft_finish(struct change *change, struct draft *draft);

#endif
