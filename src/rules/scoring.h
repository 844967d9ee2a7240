/* From a statistics line to points, by rules that are weights on statistics.
 *
 * Sources: features.md rows 15-26 (stat x weight, bands, position bonuses); ESPN's exact rule
 * sum(stat x (pointsOverrides[position] or points)) and Sleeper's exact rule
 * sum(setting x stat), both as recorded with the test data. */
#ifndef ASTRALFIELD_RULES_SCORING_H
#define ASTRALFIELD_RULES_SCORING_H

#include "base/points.h"
#include "rules/limits.h"
#include "rules/position.h"
#include "rules/stat.h"

enum rule_kind {
    /* weight x value. With a band: weight x the part of the value that lies between `from` and
     * `to` (yards over 30 are a band from 30). With a `step`: weight x whole steps only. */
    RULE_PER_UNIT,
    /* weight, once, when from <= value < to. */
    RULE_FLAT
};

#define BAND_OPEN INT32_MAX /* a band without an upper end */

struct rule {
    enum stat stat;
    enum rule_kind kind;
    bool has_band;            /* `from` and `to` count; RULE_FLAT always has one */
    stat_value from;          /* thousandths, inclusive */
    stat_value to;            /* thousandths, exclusive; BAND_OPEN for no end */
    stat_value step;          /* thousandths; 0 pays fractions, 10000 pays each whole 10 units */
    position_mask positions;  /* who it pays; 0 is everyone */
    position_mask overridden; /* positions that have their own weight */
    int64_t weight;           /* millionths of a point */
    int64_t override_weight[POSITION_COUNT]; /* millionths; read where `overridden` has the bit */
};

struct rule_set {
    const struct rule *rules;
    size_t count; /* at most RULES_MAX */
};

/* One paying rule of an explanation. The parts' millionths add up to the unrounded score. */
struct score_part {
    size_t rule;        /* index into the rule set */
    stat_value value;   /* the statistic's value, thousandths */
    int64_t millionths; /* what this rule paid, never 0 */
};

/* No weight may be larger than 1,000 points, so that no line overflows. */
#define RULE_WEIGHT_MAX INT64_C(1000000000)

enum rule_fault {
    RULE_FINE,
    RULE_BAD_STAT,   /* no such statistic */
    RULE_BAD_WEIGHT, /* a weight beyond RULE_WEIGHT_MAX either way */
    RULE_BAD_BAND,   /* from >= to, or RULE_FLAT without a band */
    RULE_BAD_STEP    /* below one unit but not 0, or a step on RULE_FLAT */
};

/* What is wrong with a rule that somebody typed in; rules given to the functions below must be
 * RULE_FINE. */
enum rule_fault rule_check(const struct rule *rule);

/* The unrounded score in millionths of a point. `position` is the player's own position, never
 * that of the slot he stands in. Each rule pays whole millionths (parts of a millionth, which only
 * fractional statistics can give, are cut off). */
int64_t score_millionths(struct rule_set set, const struct stat_line *line, enum position position);

/* score_millionths, rounded once by points_round. */
points score_line(struct rule_set set, const struct stat_line *line, enum position position);

/* The paying rules in the order of the set; returns how many. */
size_t score_explain(struct rule_set set, const struct stat_line *line, enum position position,
                     struct score_part ret_parts[RULES_MAX]);

#endif
