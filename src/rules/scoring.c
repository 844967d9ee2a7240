#include "rules/scoring.h"

#include "base/check.h"

static bool is_weight(int64_t weight)
{
    return weight >= -RULE_WEIGHT_MAX && weight <= RULE_WEIGHT_MAX;
}

enum rule_fault rule_check(const struct rule *rule)
{
    if (rule->stat >= STAT_COUNT) {
        return RULE_BAD_STAT;
    }
    bool are_weights = is_weight(rule->weight);
    for (size_t i = 0; i < POSITION_COUNT; i++) {
        are_weights = are_weights && is_weight(rule->override_weight[i]);
    }
    if (!are_weights) {
        return RULE_BAD_WEIGHT;
    }
    if (rule->has_band ? rule->from >= rule->to : rule->kind == RULE_FLAT) {
        return RULE_BAD_BAND;
    }
    bool is_step = rule->step == 0 || (rule->step >= STAT_ONE && rule->kind == RULE_PER_UNIT);
    return is_step ? RULE_FINE : RULE_BAD_STEP;
}

/* The part of `value` that a RULE_PER_UNIT pays for. */
static int64_t units(const struct rule *rule, stat_value value)
{
    if (!rule->has_band) {
        return value;
    }
    if (value <= rule->from) {
        return 0;
    }
    bool is_over = rule->to != BAND_OPEN && value > rule->to;
    return (int64_t)(is_over ? rule->to : value) - rule->from;
}

static int64_t rule_pays(const struct rule *rule, const struct stat_line *line,
                         enum position position)
{
    position_mask bit = position_bit(position);
    if (rule->positions != 0 && (rule->positions & bit) == 0) {
        return 0;
    }
    CHECK(rule->stat < STAT_COUNT);
    bool is_overridden = (rule->overridden & bit) != 0;
    int64_t weight = is_overridden ? rule->override_weight[position] : rule->weight;
    stat_value value = line->values[rule->stat];
    if (rule->kind == RULE_FLAT) {
        bool is_within = value >= rule->from && (rule->to == BAND_OPEN || value < rule->to);
        return is_within ? weight : 0;
    }
    if (rule->step != 0) {
        return weight * (units(rule, value) / rule->step);
    }
    return weight * units(rule, value) / STAT_ONE;
}

int64_t score_millionths(struct rule_set set, const struct stat_line *line, enum position position)
{
    CHECK(set.count <= RULES_MAX);
    CHECK(position < POSITION_COUNT);
    int64_t sum = 0;
    for (size_t i = 0; line->has_played && i < set.count; i++) {
        sum += rule_pays(&set.rules[i], line, position);
    }
    return sum;
}

points score_line(struct rule_set set, const struct stat_line *line, enum position position)
{
    return points_round(score_millionths(set, line, position));
}

size_t score_explain(struct rule_set set, const struct stat_line *line, enum position position,
                     struct score_part ret_parts[RULES_MAX])
{
    CHECK(set.count <= RULES_MAX);
    CHECK(position < POSITION_COUNT);
    size_t count = 0;
    for (size_t i = 0; line->has_played && i < set.count; i++) {
        int64_t millionths = rule_pays(&set.rules[i], line, position);
        if (millionths != 0) {
            ret_parts[count++] = (struct score_part){
                .rule = i,
                .value = line->values[set.rules[i].stat],
                .millionths = millionths,
            };
        }
    }
    return count;
}
