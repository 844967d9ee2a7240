/* Slots of a lineup: a slot is a set of positions and what being there means. */
#ifndef ASTRALFIELD_RULES_SLOT_H
#define ASTRALFIELD_RULES_SLOT_H

#include "rules/position.h"

enum slot {
#define SLOT(name, key, espn, positions, kind) SLOT_##name,
#include "rules/slot.def"
#undef SLOT
    SLOT_COUNT
};

enum slot_kind { SLOT_KIND_STARTER, SLOT_KIND_BENCH, SLOT_KIND_RESERVE, SLOT_KIND_TAXI };

struct slot_info {
    struct slice key;        /* "QB", "SUPER_FLEX", … */
    int espn_id;             /* ESPN's lineupSlotId, -1 when it has none */
    position_mask positions; /* who may stand here */
    enum slot_kind kind;     /* only starters score */
};

/* The row of a slot; `slot` is below SLOT_COUNT. */
const struct slot_info *slot_info(enum slot slot);

/* The slot of a key, or SLOT_COUNT when there is none. */
enum slot slot_from(struct slice key);

/* The slot of an ESPN lineupSlotId, or SLOT_COUNT. Ids of slots without a row here (team QB, head
 * coach, punter; DE, DT, CB and S, which we do not tell apart) give SLOT_COUNT. */
enum slot slot_from_espn(int espn_id);

#endif
