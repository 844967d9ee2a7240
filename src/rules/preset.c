#include "rules/preset.h"

#include "base/check.h"

#define POINT 1000000 /* millionths */

#define EACH(stat_, weight_)                                                                       \
    {                                                                                              \
        .stat = STAT_##stat_, .kind = RULE_PER_UNIT, .weight = (weight_)                           \
    }
#define TIER(from_, to_, weight_)                                                                  \
    {                                                                                              \
        .stat = STAT_TEAM_POINTS_ALLOWED, .kind = RULE_FLAT, .has_band = true,                     \
        .from = (from_)*STAT_ONE, .to = (to_), .positions = 1u << POSITION_DEF,                    \
        .weight = (weight_)*POINT                                                                  \
    }

enum { OFFENSE_COUNT = 13 };

#define RULES(reception)                                                                           \
    {                                                                                              \
        EACH(PASSING_YARDS, POINT / 25), EACH(PASSING_TDS, 4 * POINT),                             \
            EACH(PASSING_INTERCEPTIONS, -2 * POINT), EACH(PASSING_2PT, 2 * POINT),                 \
            EACH(RUSHING_YARDS, POINT / 10), EACH(RUSHING_TDS, 6 * POINT),                         \
            EACH(RUSHING_2PT, 2 * POINT), EACH(RECEPTIONS, (reception)),                           \
            EACH(RECEIVING_YARDS, POINT / 10), EACH(RECEIVING_TDS, 6 * POINT),                     \
            EACH(RECEIVING_2PT, 2 * POINT), EACH(OFFENSE_FUMBLES_LOST, -2 * POINT),                \
            EACH(SPECIAL_TEAMS_TDS, 6 * POINT),                                                    \
                                                                                                   \
            EACH(FG_MADE_0_19, 3 * POINT), EACH(FG_MADE_20_29, 3 * POINT),                         \
            EACH(FG_MADE_30_39, 3 * POINT), EACH(FG_MADE_40_49, 4 * POINT),                        \
            EACH(FG_MADE_50, 5 * POINT), EACH(FG_NOT_MADE, -1 * POINT), EACH(PAT_MADE, POINT),     \
                                                                                                   \
            EACH(TEAM_SACKS, POINT), EACH(TEAM_INTERCEPTIONS, 2 * POINT),                          \
            EACH(TEAM_FUMBLE_RECOVERIES, 2 * POINT), EACH(TEAM_DEF_TDS, 6 * POINT),                \
            EACH(TEAM_ST_TDS, 6 * POINT), EACH(TEAM_SAFETIES, 2 * POINT),                          \
            EACH(TEAM_BLOCKED_KICKS, 2 * POINT), EACH(TEAM_2PT_RETURNS, 2 * POINT),                \
            TIER(0, 1 * STAT_ONE, 10), TIER(1, 7 * STAT_ONE, 7), TIER(7, 14 * STAT_ONE, 4),        \
            TIER(14, 21 * STAT_ONE, 1), TIER(21, 28 * STAT_ONE, 0), TIER(28, 35 * STAT_ONE, -1),   \
            TIER(35, BAND_OPEN, -4)                                                                \
    }

static const struct rule standard_rules[] = RULES(0);
static const struct rule half_rules[] = RULES(POINT / 2);
static const struct rule ppr_rules[] = RULES(POINT);

#define PRESET(key_, rules_)                                                                       \
    {                                                                                              \
        .key = S_INIT(key_), .set = { .rules = (rules_), .count = ARRAY_LEN(rules_) },             \
        .offense_count = OFFENSE_COUNT                                                             \
    }

static const struct preset_info presets[] = {
    [PRESET_STANDARD] = PRESET("standard", standard_rules),
    [PRESET_HALF] = PRESET("half", half_rules),
    [PRESET_PPR] = PRESET("ppr", ppr_rules),
};

_Static_assert(ARRAY_LEN(presets) == PRESET_COUNT, "one row per preset");

const struct preset_info *preset_info(enum preset preset)
{
    CHECK(preset < PRESET_COUNT);
    return &presets[preset];
}

enum preset preset_from(struct slice key)
{
    size_t i = 0;
    while (i < PRESET_COUNT && !slice_eq(presets[i].key, key)) {
        i++;
    }
    return (enum preset)i;
}
