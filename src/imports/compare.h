/* An imported league against what its platform said: player-weeks, team totals, records, points,
 * final ranks. Both sides are stored; nothing is read again. */
#ifndef ASTRALFIELD_IMPORTS_COMPARE_H
#define ASTRALFIELD_IMPORTS_COMPARE_H

#include "base/faults.h"

struct compare_difference {
    struct slice what;   /* "week 3, Team 4, Josh Allen" */
    struct slice source; /* the platform's value */
    struct slice ours;
    struct slice reason; /* empty: not explained */
};

enum { COMPARE_KINDS_MAX = 8 };

struct compare_kind {
    struct slice name; /* "player-weeks", … */
    int64_t n, equal;
    struct compare_difference *differences;
    size_t difference_count;
};

struct compare_report {
    int64_t league_id;
    struct slice name, platform, source_league_id;
    int season;
    struct compare_kind kinds[COMPARE_KINDS_MAX];
    size_t kind_count;
    int64_t unexplained;
};

/* E_NOT_FOUND for a league that does not exist or was not imported. On the shared read connections;
 * the report lives in the arena. */
MUST_CHECK enum error import_compare(struct arena *arena, struct faults *faults, int64_t league_id,
                                     struct compare_report *ret_report);

struct slice compare_json(struct arena *arena, const struct compare_report *report);
struct slice compare_text(struct arena *arena, const struct compare_report *report);

#endif
