/* The scoring a league starts from.
 *
 * Source: api-inventory 5.1. The first `offense_count` rules of each preset are the offence rules
 * and alone give nflverse's fantasy_points (standard) and fantasy_points_ppr (ppr) for every
 * player of any position: only fumbles lost on sacks, runs and catches count, and a return
 * touchdown pays 6. The rest are the kicker's and the team defence's. */
#ifndef ASTRALFIELD_RULES_PRESET_H
#define ASTRALFIELD_RULES_PRESET_H

#include "rules/scoring.h"

enum preset { PRESET_STANDARD, PRESET_HALF, PRESET_PPR, PRESET_COUNT };

struct preset_info {
    struct slice key; /* "standard", "half", "ppr" */
    struct rule_set set;
    size_t offense_count;
};

/* The row of a preset; `preset` is below PRESET_COUNT. */
const struct preset_info *preset_info(enum preset preset);

/* The preset of a key, or PRESET_COUNT. */
enum preset preset_from(struct slice key);

#endif
