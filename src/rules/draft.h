/* Whose turn it is in a draft.
 *
 * Sources: features.md rows 29 and 30 (with Sleeper's check vector: of 12 teams with reversal in
 * round 3, team 1 picks 1, 24, 36, 37, 60 and team 12 picks 12, 13, 25, 48, 49). */
#ifndef ASTRALFIELD_RULES_DRAFT_H
#define ASTRALFIELD_RULES_DRAFT_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/limits.h"

enum draft_kind { DRAFT_SNAKE, DRAFT_LINEAR };

struct draft_shape {
    enum draft_kind kind;
    uint8_t team_count;     /* 2 … TEAMS_MAX */
    uint8_t round_count;    /* 1 … DRAFT_ROUNDS_MAX */
    uint8_t reversal_round; /* from this round on every direction is inverted; 0 never, 3 usual */
};

/* How many picks there are; picks are numbered 1 … this. */
uint32_t draft_pick_count(const struct draft_shape *shape);

/* The round (1-based) of an overall pick. */
uint8_t draft_round(const struct draft_shape *shape, uint32_t pick);

/* The draft slot (1 … team_count) that is on the clock for an overall pick. */
uint8_t draft_slot(const struct draft_shape *shape, uint32_t pick);

/* The overall pick of a slot in a round: the inverse of the two above. */
uint32_t draft_pick(const struct draft_shape *shape, uint8_t round, uint8_t slot);

#endif
