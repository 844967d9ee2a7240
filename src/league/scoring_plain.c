/* Rules as they are stored: one weight each. */
#include "base/check.h"
#include "league/scoring_profile.h"

enum { PLAIN_ROOM = 4 * RULES_MAX };

static bool is_same_case(const struct rule *a, const struct rule *b)
{
    return a->stat == b->stat && a->kind == b->kind && a->has_band == b->has_band &&
           a->from == b->from && a->to == b->to && a->step == b->step &&
           a->positions == b->positions;
}

/* Adds a rule, or its weight to the one for the same case. */
static void put(struct rule *rules, size_t *count, const struct rule *rule)
{
    for (size_t i = 0; i < *count; i++) {
        if (is_same_case(&rules[i], rule)) {
            rules[i].weight += rule->weight;
            return;
        }
    }
    if (*count < PLAIN_ROOM) {
        rules[(*count)++] = *rule;
    }
}

static position_mask everybody(void)
{
    position_mask mask = 0;
    for (size_t p = 0; p < POSITION_COUNT; p++) {
        mask |= position_bit((enum position)p);
    }
    return mask;
}

/* The positions among `left` whose own weight is that of the first of them. */
static position_mask same_weight(const struct rule *rule, position_mask left, int64_t *ret_weight)
{
    position_mask same = 0;
    for (size_t p = 0; p < POSITION_COUNT; p++) {
        position_mask bit = position_bit((enum position)p);
        if ((left & bit) == 0) {
            continue;
        }
        if (same == 0) {
            *ret_weight = rule->override_weight[p];
        }
        same |= rule->override_weight[p] == *ret_weight ? bit : 0;
    }
    return same;
}

static void put_parts(struct rule *rules, size_t *count, const struct rule *rule)
{
    struct rule part = *rule;
    position_mask paid = rule->positions == 0 ? everybody() : rule->positions;
    position_mask own = rule->overridden & paid;
    part.overridden = 0;
    for (size_t p = 0; p < POSITION_COUNT; p++) {
        part.override_weight[p] = 0;
    }
    if (own == 0) {
        put(rules, count, &part);
        return;
    }
    part.positions = paid & (position_mask)~own;
    if (part.positions != 0) {
        put(rules, count, &part);
    }
    while (own != 0) {
        part.positions = same_weight(rule, own, &part.weight);
        own &= (position_mask)~part.positions;
        put(rules, count, &part);
    }
}

struct rule_set scoring_plain(struct arena *arena, struct rule_set set)
{
    CHECK(set.count <= RULES_MAX);
    struct rule *rules = ARENA_ARRAY(arena, PLAIN_ROOM, struct rule);
    size_t count = 0;
    size_t kept = 0;
    for (size_t i = 0; i < set.count; i++) {
        put_parts(rules, &count, &set.rules[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (rules[i].weight != 0 && kept < RULES_MAX) {
            rules[kept++] = rules[i];
        }
    }
    return (struct rule_set){ .rules = rules, .count = kept };
}
