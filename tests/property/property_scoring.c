/* Scores of random rules on random lines. */
#include "rules/preset.h"

#include "property.h"

static struct rule random_rule(struct rng *rng)
{
    struct rule rule = {
        .stat = (enum stat)rng_below(rng, STAT_COUNT),
        .kind = rng_below(rng, 2) == 0 ? RULE_FLAT : RULE_PER_UNIT,
        .has_band = rng_below(rng, 2) == 0,
        .from = (stat_value)between(rng, -20, 40) * STAT_ONE,
        .positions = rng_below(rng, 2) == 0 ? 0 : (position_mask)rng_below(rng, 1 << 10),
        .overridden = (position_mask)rng_below(rng, 1 << 10),
        .weight = between(rng, -7000000, 7000000),
    };
    rule.to =
        rng_below(rng, 4) == 0 ? BAND_OPEN : rule.from + (stat_value)between(rng, 1, 30) * STAT_ONE;
    rule.has_band = rule.has_band || rule.kind == RULE_FLAT;
    rule.step = rule.kind == RULE_PER_UNIT && rng_below(rng, 3) == 0
                    ? (stat_value)between(rng, 1, 25) * STAT_ONE
                    : 0;
    for (size_t i = 0; i < POSITION_COUNT; i++) {
        rule.override_weight[i] = between(rng, -7000000, 7000000);
    }
    return rule;
}

/* The same rule, counted one unit at a time; values are whole. */
static int64_t pays_slowly(const struct rule *rule, int64_t value, enum position position)
{
    bool is_known = position != POSITION_UNKNOWN;
    if (rule->positions != 0 && !(is_known && (rule->positions >> position & 1) != 0)) {
        return 0;
    }
    bool is_overridden = is_known && (rule->overridden >> position & 1) != 0;
    int64_t weight = is_overridden ? rule->override_weight[position] : rule->weight;
    int64_t from = rule->from / STAT_ONE;
    int64_t to = rule->to == BAND_OPEN ? INT64_MAX : rule->to / STAT_ONE;
    if (rule->kind == RULE_FLAT) {
        return value >= from && value < to ? weight : 0;
    }
    int64_t units = rule->has_band ? 0 : value;
    for (int64_t u = from; rule->has_band && u < value && u < to; u++) {
        units++;
    }
    return weight * (rule->step == 0 ? units : units / (rule->step / STAT_ONE));
}

static void score_is_the_sum_of_what_each_rule_pays(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 20000; seed++) {
        struct rng rng = property_case(seed);
        struct rule rules[12];
        struct stat_line line = { .has_played = true };
        enum position position = (enum position)rng_below(&rng, POSITION_COUNT);
        int64_t sum = 0;
        for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
            rules[i] = random_rule(&rng);
            HOLDS(seed, rule_check(&rules[i]) == RULE_FINE);
            line.values[rules[i].stat] = (stat_value)between(&rng, -30, 80) * STAT_ONE;
        }
        for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
            sum += pays_slowly(&rules[i], line.values[rules[i].stat] / STAT_ONE, position);
        }
        struct rule_set set = { .rules = rules, .count = ARRAY_LEN(rules) };
        HOLDS(seed, score_millionths(set, &line, position) == sum);
        HOLDS(seed, score_line(set, &line, position) == points_round(sum));
        static struct score_part parts[RULES_MAX];
        size_t count = score_explain(set, &line, position, parts);
        int64_t explained = 0;
        for (size_t i = 0; i < count; i++) {
            HOLDS(seed, i == 0 || parts[i].rule > parts[i - 1].rule);
            HOLDS(seed, parts[i].millionths != 0);
            explained += parts[i].millionths;
        }
        HOLDS(seed, explained == sum);
        line.has_played = false;
        HOLDS(seed, score_line(set, &line, position) == 0);
    }
}

static void ppr_is_standard_plus_receptions_and_half_lies_between(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 500; seed++) {
        struct rng rng = property_case(seed);
        struct stat_line line = { .has_played = true };
        for (size_t i = 0; i < STAT_COUNT; i++) {
            line.values[i] = (stat_value)between(&rng, 0, 40) * STAT_ONE;
        }
        int64_t standard = score_millionths(preset_info(PRESET_STANDARD)->set, &line, POSITION_WR);
        int64_t half = score_millionths(preset_info(PRESET_HALF)->set, &line, POSITION_WR);
        int64_t ppr = score_millionths(preset_info(PRESET_PPR)->set, &line, POSITION_WR);
        HOLDS(seed, ppr - standard == (int64_t)line.values[STAT_RECEPTIONS] * 1000);
        HOLDS(seed, 2 * half == standard + ppr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(score_is_the_sum_of_what_each_rule_pays),
        cmocka_unit_test(ppr_is_standard_plus_receptions_and_half_lies_between),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
