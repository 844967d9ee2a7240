#include "rules/slot.h"

#include "base/check.h"

#define P(name) (position_mask)(1u << POSITION_##name)

static const struct slot_info slots[] = {
#define SLOT(name, key_, espn, positions_, kind_)                                                  \
    { .key = S_INIT(key_),                                                                         \
      .espn_id = (espn),                                                                           \
      .positions = (position_mask)(positions_),                                                    \
      .kind = SLOT_KIND_##kind_ },
#include "rules/slot.def"
#undef SLOT
};

_Static_assert(ARRAY_LEN(slots) == SLOT_COUNT, "one row per slot");

const struct slot_info *slot_info(enum slot slot)
{
    CHECK(slot < SLOT_COUNT);
    return &slots[slot];
}

enum slot slot_from(struct slice key)
{
    size_t i = 0;
    while (i < SLOT_COUNT && !slice_eq(slots[i].key, key)) {
        i++;
    }
    return (enum slot)i;
}

enum slot slot_from_espn(int espn_id)
{
    size_t i = 0;
    while (i < SLOT_COUNT && (espn_id < 0 || slots[i].espn_id != espn_id)) {
        i++;
    }
    return (enum slot)i;
}
