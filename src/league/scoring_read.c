/* Scoring rules as somebody typed them in. */
#include <jansson.h>
#include <math.h>

#include "league/scoring_profile.h"

enum { MILLIONTHS = 1000000, THOUSANDTHS = 1000 };

struct place {
    struct faults *faults;
    size_t index; /* in the list */
};

static void fault_rule(const struct place *place, const char *member, const char *words)
{
    struct slice at =
        arena_format(place->faults->arena, "/settings/scoringRules/%zu%s", place->index, member);
    fault_add(place->faults, at, "%s", words);
}

/* A JSON number as whole `parts` (millionths, thousandths); what is finer is rounded away. */
static bool read_number(const json_t *value, int64_t parts, double limit, int64_t *ret_number)
{
    if (!json_is_number(value)) {
        return false;
    }
    double number = json_number_value(value);
    if (!(number >= -limit && number <= limit)) {
        return false;
    }
    *ret_number = llround(number * (double)parts);
    return true;
}

static bool read_edge(const struct place *place, const json_t *rule, const char *member,
                      stat_value *ret_edge)
{
    const json_t *value = json_object_get(rule, member + 1);
    if (value == NULL || json_is_null(value)) {
        return false;
    }
    int64_t number = 0;
    if (!read_number(value, THOUSANDTHS, 1000000.0, &number)) {
        fault_rule(place, member, "must be a number between -1000000 and 1000000, or null");
        return false;
    }
    *ret_edge = (stat_value)number;
    return true;
}

/* Whether there is one; 0 is one too. */
static bool read_step(const struct place *place, const json_t *rule, stat_value *ret_step)
{
    const json_t *value = json_object_get(rule, "step");
    if (value == NULL || json_is_null(value)) {
        return false;
    }
    int64_t number = -1;
    if (!read_number(value, THOUSANDTHS, 1000000.0, &number) ||
        (number != 0 && number < STAT_ONE)) {
        fault_rule(place, "/step", "must be 0, or a number from 1 to 1000000, or null");
        return true;
    }
    *ret_step = (stat_value)number;
    return true;
}

static void read_positions(const struct place *place, const json_t *list, struct rule *rule)
{
    if (list == NULL || json_is_null(list)) {
        return;
    }
    if (!json_is_array(list)) {
        fault_rule(place, "/positions", "must be a list of positions");
        return;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        struct slice code = { .ptr = json_string_value(item), .len = json_string_length(item) };
        enum position position = code.ptr == NULL ? POSITION_UNKNOWN : position_from(code);
        if (position == POSITION_UNKNOWN || !slice_eq(position_key(position), code)) {
            fault_rule(place, "/positions",
                       "must name positions: QB, RB, WR, TE, K, DEF, DL, LB, "
                       "DB");
            return;
        }
        rule->positions |= position_bit(position);
    }
}

static struct rule read_rule(const struct place *place, const json_t *item)
{
    struct rule rule = { .kind = RULE_PER_UNIT, .from = -BAND_OPEN, .to = BAND_OPEN };
    if (!json_is_object(item)) {
        fault_rule(place, "", "must be an object with stat and points");
        return rule;
    }
    const json_t *stat = json_object_get(item, "stat");
    struct slice key = { .ptr = json_string_value(stat), .len = json_string_length(stat) };
    rule.stat = key.ptr == NULL ? STAT_COUNT : stat_from_key(key);
    if (rule.stat == STAT_COUNT) {
        fault_rule(place, "/stat", "is not a statistic we know");
    }
    if (!read_number(json_object_get(item, "points"), MILLIONTHS, 1000.0, &rule.weight)) {
        fault_rule(place, "/points", "must be a number between -1000 and 1000");
    }
    bool has_from = read_edge(place, item, "/from", &rule.from);
    bool has_to = read_edge(place, item, "/to", &rule.to);
    bool has_step = read_step(place, item, &rule.step);
    rule.has_band = has_from || has_to;
    rule.kind = rule.has_band && !has_step ? RULE_FLAT : RULE_PER_UNIT;
    if (rule.has_band && rule.from >= rule.to) {
        fault_rule(place, "/to", "must be above from");
    }
    read_positions(place, json_object_get(item, "positions"), &rule);
    return rule;
}

static bool is_same_case(const struct rule *a, const struct rule *b)
{
    return a->stat == b->stat && a->kind == b->kind && a->from == b->from && a->to == b->to &&
           a->step == b->step && a->positions == b->positions;
}

void scoring_read(struct arena *arena, const json_t *list, struct faults *faults,
                  struct rule_set *ret_set)
{
    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > RULES_MAX) {
        fault_add(faults, S("/settings/scoringRules"), "must be a list of 1 to %d rules",
                  RULES_MAX);
        return;
    }
    size_t count = json_array_size(list);
    struct rule *rules = ARENA_ARRAY(arena, count, struct rule);
    for (size_t i = 0; i < count; i++) {
        struct place place = { .faults = faults, .index = i };
        rules[i] = read_rule(&place, json_array_get(list, i));
        for (size_t j = 0; j < i; j++) {
            if (rules[i].stat != STAT_COUNT && is_same_case(&rules[i], &rules[j])) {
                fault_rule(&place, "", "repeats an earlier rule");
                break;
            }
        }
    }
    *ret_set = (struct rule_set){ .rules = rules, .count = count };
}
