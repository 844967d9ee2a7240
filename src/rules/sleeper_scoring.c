#include "rules/sleeper_scoring.h"

#include "base/check.h"

enum { BAND_END = -1 };

struct special_key {
    struct slice key;
    enum stat stat;
    int from;
    int to;
    enum position position; /* POSITION_UNKNOWN pays everyone */
    enum rule_kind kind;
};

static const struct special_key special_keys[] = {
#define BAND(key_, stat_, from_, to_, position_)                                                   \
    { .key = S_INIT(key_),                                                                         \
      .stat = STAT_##stat_,                                                                        \
      .from = (from_),                                                                             \
      .to = (to_),                                                                                 \
      .position = POSITION_##position_,                                                            \
      .kind = RULE_FLAT },
#define BONUS(key_, stat_, position_)                                                              \
    { .key = S_INIT(key_),                                                                         \
      .stat = STAT_##stat_,                                                                        \
      .position = POSITION_##position_,                                                            \
      .kind = RULE_PER_UNIT },
#include "rules/sleeper_scoring.def"
#undef BAND
#undef BONUS
};

bool sleeper_rule(struct slice key, int64_t weight, struct rule *ret_rule)
{
    for (size_t i = 0; i < ARRAY_LEN(special_keys); i++) {
        const struct special_key *special = &special_keys[i];
        if (slice_eq(special->key, key)) {
            bool is_band = special->kind == RULE_FLAT;
            *ret_rule = (struct rule){
                .stat = special->stat,
                .kind = special->kind,
                .has_band = is_band,
                .from = is_band ? special->from * STAT_ONE : 0,
                .to = special->to == BAND_END ? BAND_OPEN : special->to * STAT_ONE,
                .positions = position_bit(special->position),
                .weight = weight,
            };
            return true;
        }
    }
    enum stat stat = stat_from_sleeper(key);
    if (stat == STAT_COUNT) {
        return false;
    }
    *ret_rule = (struct rule){ .stat = stat, .kind = RULE_PER_UNIT, .weight = weight };
    return true;
}
