/* Positions and sets of positions. */
#ifndef ASTRALFIELD_RULES_POSITION_H
#define ASTRALFIELD_RULES_POSITION_H

#include "base/slice.h"

enum position {
#define POSITION(name, key, words) POSITION_##name,
#include "rules/position.def"
#undef POSITION
    POSITION_COUNT
};

typedef uint16_t position_mask; /* bit p is set when position p belongs to the set */

/* POSITION_UNKNOWN gives the empty set: an unknown player fits no slot. */
static inline position_mask position_bit(enum position position)
{
    return (position_mask)(position == POSITION_UNKNOWN ? 0 : 1u << position);
}

/* "QB" … "DB"; "" for POSITION_UNKNOWN. */
struct slice position_key(enum position position);

/* Reads our key or a provider's code ("PK", "D/ST", "OLB", …), upper case. Punters, linemen and
 * anything else give POSITION_UNKNOWN. */
enum position position_from(struct slice code);

#endif
