#include "rules/stat.h"

#include "base/check.h"

static const struct stat_info stats[] = {
#define STAT(name, key_, of_, nflverse_, sleeper_, unit_, doc_)                                    \
    { .key = S_INIT(key_),                                                                         \
      .nflverse = S_INIT(nflverse_),                                                               \
      .sleeper = S_INIT(sleeper_),                                                                 \
      .doc = S_INIT(doc_),                                                                         \
      .of = STAT_OF_##of_,                                                                         \
      .unit = STAT_UNIT_##unit_ },
#include "rules/stat.def"
#undef STAT
};

_Static_assert(ARRAY_LEN(stats) == STAT_COUNT, "one row per statistic");

/* sum = plus[0] + plus[1] + plus[2] - minus; STAT_COUNT stands for nothing. A part that is itself a
 * sum stands in an earlier row. */
static const struct {
    enum stat sum;
    enum stat plus[3];
    enum stat minus;
} sums[] = {
    { STAT_INCOMPLETIONS, { STAT_ATTEMPTS, STAT_COUNT, STAT_COUNT }, STAT_COMPLETIONS },
    { STAT_SCRIMMAGE_YARDS, { STAT_RUSHING_YARDS, STAT_RECEIVING_YARDS, STAT_COUNT }, STAT_COUNT },
    { STAT_FIRST_DOWNS,
      { STAT_PASSING_FIRST_DOWNS, STAT_RUSHING_FIRST_DOWNS, STAT_RECEIVING_FIRST_DOWNS },
      STAT_COUNT },
    { STAT_OFFENSE_FUMBLES_LOST,
      { STAT_SACK_FUMBLES_LOST, STAT_RUSHING_FUMBLES_LOST, STAT_RECEIVING_FUMBLES_LOST },
      STAT_COUNT },
    { STAT_FG_MADE_0_39,
      { STAT_FG_MADE_0_19, STAT_FG_MADE_20_29, STAT_FG_MADE_30_39 },
      STAT_COUNT },
    { STAT_FG_MISSED_0_39,
      { STAT_FG_MISSED_0_19, STAT_FG_MISSED_20_29, STAT_FG_MISSED_30_39 },
      STAT_COUNT },
    { STAT_FG_NOT_MADE, { STAT_FG_MISSED, STAT_FG_BLOCKED, STAT_COUNT }, STAT_COUNT },
    { STAT_FG_MADE_50, { STAT_FG_MADE_50_59, STAT_FG_MADE_60, STAT_COUNT }, STAT_COUNT },
    { STAT_FG_MISSED_50, { STAT_FG_MISSED_50_59, STAT_FG_MISSED_60, STAT_COUNT }, STAT_COUNT },
    { STAT_PAT_NOT_MADE, { STAT_PAT_MISSED, STAT_PAT_BLOCKED, STAT_COUNT }, STAT_COUNT },
    { STAT_DEF_TACKLES_LED,
      { STAT_DEF_TACKLES_SOLO, STAT_DEF_TACKLES_WITH_ASSIST, STAT_COUNT },
      STAT_COUNT },
    { STAT_DEF_TACKLES, { STAT_DEF_TACKLES_LED, STAT_DEF_TACKLE_ASSISTS, STAT_COUNT }, STAT_COUNT },
};

const struct stat_info *stat_info(enum stat stat)
{
    CHECK(stat < STAT_COUNT);
    return &stats[stat];
}

enum stat stat_from_key(struct slice key)
{
    size_t i = 0;
    while (i < STAT_COUNT && !slice_eq(stats[i].key, key)) {
        i++;
    }
    return (enum stat)i;
}

enum stat stat_from_nflverse(enum stat_of of, struct slice column)
{
    size_t i = 0;
    while (i < STAT_COUNT &&
           (column.len == 0 || stats[i].of != of || !slice_eq(stats[i].nflverse, column))) {
        i++;
    }
    return (enum stat)i;
}

enum stat stat_from_sleeper(struct slice key)
{
    size_t i = 0;
    while (i < STAT_COUNT && (key.len == 0 || !slice_eq(stats[i].sleeper, key))) {
        i++;
    }
    return (enum stat)i;
}

static int64_t part(const struct stat_line *line, enum stat stat)
{
    return stat == STAT_COUNT ? 0 : line->values[stat];
}

void stat_derive(struct stat_line *line)
{
    for (size_t i = 0; i < ARRAY_LEN(sums); i++) {
        stat_value *sum = &line->values[sums[i].sum];
        if (*sum == 0) {
            *sum = (stat_value)(part(line, sums[i].plus[0]) + part(line, sums[i].plus[1]) +
                                part(line, sums[i].plus[2]) - part(line, sums[i].minus));
        }
    }
}
