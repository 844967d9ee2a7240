/* ESPN's scoringItems as rules. */
#include <inttypes.h>

#include "imports/espn.h"
#include "rules/espn_scoring.h"

enum { ITEMS_OF_LEAGUE_MAX = 400, RULES_BEFORE_JOIN_MAX = 2048 };

static struct slice what_of(struct espn *espn, int id)
{
    return arena_format(espn->reading.arena, "scoring.%d", id);
}

static struct slice shown(struct espn *espn, int64_t millionths)
{
    return arena_format(espn->reading.arena, "%.6g", (double)millionths / 1e6);
}

/* pointsOverrides name slots; ours name positions, of which some have several slots (DT and DE). */
static void read_overrides(struct espn *espn, const struct node *node, struct espn_item *item)
{
    struct node overrides = node_at(node, "pointsOverrides");
    for (struct member m = member_first(&overrides, 100); m.is_there;
         m = member_next(&overrides, m)) {
        int64_t slot = 0;
        if (slice_to_int(m.key, &slot) != OK) {
            node_fault(m.node, "expected a slot's number as its name");
            continue;
        }
        int64_t weight = node_scaled(m.node, 1000000, RULE_WEIGHT_MAX / 2);
        enum position position = espn_position_of_slot(slot);
        bool is_told = (item->overridden & position_bit(position)) != 0;
        bool is_other = weight != (is_told ? item->override[position] : item->points);
        if (position == POSITION_UNKNOWN || is_told) {
            if (is_other) {
                note(&espn->reading,
                     arena_format(espn->reading.arena, "scoring.%d.pointsOverrides.%.*s", item->id,
                                  FMT(m.key)),
                     shown(espn, weight), S(""),
                     S("AstralField does not tell this position from the others."));
            }
            continue;
        }
        item->overridden |= position_bit(position);
        item->override[position] = weight;
    }
}

static bool pays(const struct espn_item *item)
{
    bool is_paying = item->points != 0;
    for (size_t i = 0; i < POSITION_COUNT; i++) {
        is_paying = is_paying || item->override[i] != 0;
    }
    return is_paying;
}

enum error espn_scoring(struct espn *espn, const struct node *settings)
{
    struct node scoring = node_at(settings, "scoringSettings");
    struct node items = node_need(node_at(&scoring, "scoringItems"));
    struct document *document = items.document;
    struct rule *rules = ARENA_ARRAY(&document->arena, RULES_BEFORE_JOIN_MAX, struct rule);
    size_t count = 0;
    size_t item_count = node_count(&items, ITEMS_OF_LEAGUE_MAX);
    for (size_t i = 0; i < item_count; i++) {
        struct node node = node_item(&items, i);
        struct espn_item item = {
            .id = (int)node_int(node_at(&node, "statId"), 0, 10000),
            .points =
                node_scaled(node_need(node_at(&node, "points")), 1000000, RULE_WEIGHT_MAX / 2),
        };
        read_overrides(espn, &node, &item);
        if (node_flag_or(node_at(&node, "isReverseItem"), false)) {
            note(&espn->reading, what_of(espn, item.id), S("isReverseItem"), S(""),
                 S("AstralField knows no reversed items: it counts as it stands."));
        }
        if (!pays(&item)) {
            continue;
        }
        if (!espn_knows(item.id)) {
            note(&espn->reading, what_of(espn, item.id), shown(espn, item.points), S(""),
                 S("AstralField does not know this statistic: it pays nothing."));
        }
        if (count + ESPN_RULES_MAX > RULES_BEFORE_JOIN_MAX) {
            node_fault(node, "expected at most %d rules", RULES_MAX);
            break;
        }
        count += espn_rules(&item, &rules[count]);
    }
    count = espn_join(rules, count);
    for (size_t i = 0; i < count; i++) {
        if (rule_check(&rules[i]) != RULE_FINE) {
            node_fault(items, "expected weights of at most 1,000 points on one statistic");
            return document->error;
        }
    }
    TRY(rules_put(&espn->reading, rules, count));
    espn->reading.season->settings.has_rules = true;
    return document->error;
}
