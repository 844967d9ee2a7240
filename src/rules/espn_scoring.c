#include "rules/espn_scoring.h"

#include "base/check.h"

enum { BAND_END = -1 };

/* NONE of espn_scoring.def. */
#define STAT_NONE STAT_COUNT

enum row_kind { ROW_IS, ROW_ALSO, ROW_ADD, ROW_TWICE, ROW_STEP, ROW_BAND };

static const struct row {
    int id;
    enum row_kind kind;
    enum stat player, team; /* STAT_NONE for none */
    int from;               /* of a step: the units */
    int to;
} rows[] = {
#define ROW(id_, kind_, player_, team_, from_, to_)                                                \
    { .id = (id_),                                                                                 \
      .kind = ROW_##kind_,                                                                         \
      .player = STAT_##player_,                                                                    \
      .team = STAT_##team_,                                                                        \
      .from = (from_),                                                                             \
      .to = (to_) },
#define IS(id, player, team) ROW(id, IS, player, team, 0, 0)
#define ALSO(id, player, team) ROW(id, ALSO, player, team, 0, 0)
#define ADD(id, player, team) ROW(id, ADD, player, team, 0, 0)
#define TWICE(id, player, team) ROW(id, TWICE, player, team, 0, 0)
#define STEP(id, player, team, units) ROW(id, STEP, player, team, units, 0)
#define BAND(id, player, team, from, to) ROW(id, BAND, player, team, from, to)
#include "rules/espn_scoring.def"
#undef ROW
#undef IS
#undef ALSO
#undef ADD
#undef TWICE
#undef STEP
#undef BAND
};

#define EVERYBODY ((position_mask)((1u << POSITION_COUNT) - 2u)) /* POSITION_UNKNOWN is bit 0 */
#define DEFENCE ((position_mask)(1u << POSITION_DEF))

static int64_t weight_of(const struct espn_item *item, enum position position)
{
    bool is_overridden = (item->overridden & position_bit(position)) != 0;
    return is_overridden ? item->override[position] : item->points;
}

static struct rule rule_of(const struct row *row, enum stat stat, int64_t weight)
{
    struct rule rule = { .stat = stat, .weight = row->kind == ROW_TWICE ? 2 * weight : weight };
    if (row->kind == ROW_STEP) {
        rule.step = row->from * STAT_ONE;
        rule.has_band = true; /* from 0: lost yards take nothing away */
        rule.to = BAND_OPEN;
    }
    if (row->kind == ROW_BAND) {
        rule.kind = RULE_FLAT;
        rule.has_band = true;
        rule.from = row->from * STAT_ONE;
        rule.to = row->to == BAND_END ? BAND_OPEN : row->to * STAT_ONE;
    }
    return rule;
}

/* One rule for each weight that the positions of `among` have. Where they all have the same, it is
 * a rule for everybody when `is_all` says so. */
static size_t add_rules(const struct row *row, const struct espn_item *item, position_mask among,
                        bool is_all, struct rule *ret_rules)
{
    enum stat stat = among == DEFENCE ? row->team : row->player;
    size_t count = 0;
    position_mask left = among;
    for (enum position p = POSITION_UNKNOWN + 1; p < POSITION_COUNT; p++) {
        if ((left & position_bit(p)) == 0) {
            continue;
        }
        int64_t weight = weight_of(item, p);
        position_mask same = 0;
        for (enum position q = p; q < POSITION_COUNT; q++) {
            bool is_same = (left & position_bit(q)) != 0 && weight_of(item, q) == weight;
            same |= is_same ? position_bit(q) : 0;
        }
        left &= (position_mask)~same;
        if (weight != 0) {
            ret_rules[count] = rule_of(row, stat, weight);
            ret_rules[count++].positions = same == among && is_all ? 0 : same;
        }
    }
    return count;
}

size_t espn_rules(const struct espn_item *item, struct rule ret_rules[ESPN_RULES_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        if (row->id != item->id || row->kind == ROW_ADD) {
            continue;
        }
        CHECK(count + POSITION_COUNT <= ESPN_RULES_MAX);
        bool has_team = row->team != STAT_NONE;
        if (row->player != STAT_NONE) {
            position_mask among = has_team ? EVERYBODY & (position_mask)~DEFENCE : EVERYBODY;
            count += add_rules(row, item, among, true, &ret_rules[count]);
        }
        if (has_team) {
            bool is_band = row->kind == ROW_BAND; /* 0 lies in a band: it is for defences alone */
            count += add_rules(row, item, DEFENCE, !is_band, &ret_rules[count]);
        }
    }
    return count;
}

bool espn_knows(int id)
{
    size_t i = 0;
    while (i < ARRAY_LEN(rows) && rows[i].id != id) {
        i++;
    }
    return i < ARRAY_LEN(rows);
}

/* ---- joining ---- */

static bool is_same_thing(const struct rule *a, const struct rule *b)
{
    bool is_same_band = a->has_band == b->has_band && a->from == b->from && a->to == b->to;
    return a->stat == b->stat && a->kind == b->kind && is_same_band && a->step == b->step &&
           a->positions == b->positions;
}

static size_t add_up(struct rule *rules, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < kept && !is_same_thing(&rules[at], &rules[i])) {
            at++;
        }
        if (at < kept) {
            rules[at].weight += rules[i].weight;
        } else {
            rules[kept++] = rules[i];
        }
    }
    size_t paying = 0;
    for (size_t i = 0; i < kept; i++) {
        if (rules[i].weight != 0) {
            rules[paying++] = rules[i];
        }
    }
    return paying;
}

/* A statistic and its parts: touchdowns that ESPN counts by kind and nflverse in one column. */
static const struct whole {
    enum stat whole;
    enum stat parts[3];
    size_t count;
} wholes[] = {
    { STAT_SPECIAL_TEAMS_TDS,
      { STAT_KICKOFF_RETURN_TDS, STAT_PUNT_RETURN_TDS, STAT_BLOCKED_KICK_TDS },
      3 },
    { STAT_DEF_TDS, { STAT_DEF_INTERCEPTION_TDS, STAT_DEF_FUMBLE_TDS }, 2 },
};

static const struct rule *rule_on(const struct rule *rules, size_t count, enum stat stat,
                                  const struct rule *like)
{
    for (size_t i = 0; i < count; i++) {
        bool is_alike = rules[i].positions == like->positions && rules[i].weight == like->weight;
        if (rules[i].stat == stat && is_alike) {
            return &rules[i];
        }
    }
    return NULL;
}

static size_t drop(struct rule *rules, size_t count, size_t at)
{
    memmove(&rules[at], &rules[at + 1], (count - at - 1) * sizeof(*rules));
    return count - 1;
}

/* Puts the whole in the place of its first part, where every part is paid like that one. */
static size_t fold(const struct whole *whole, struct rule *rules, size_t count)
{
    for (size_t first = 0; first < count; first++) {
        struct rule like = rules[first];
        bool is_whole = like.stat == whole->parts[0];
        for (size_t i = 0; is_whole && i < whole->count; i++) {
            is_whole = rule_on(rules, count, whole->parts[i], &like) != NULL;
        }
        if (!is_whole) {
            continue;
        }
        rules[first].stat = whole->whole;
        for (size_t i = 1; i < whole->count; i++) {
            size_t at = (size_t)(rule_on(rules, count, whole->parts[i], &like) - rules);
            count = drop(rules, count, at);
            first -= at < first ? 1 : 0;
        }
    }
    return count;
}

size_t espn_join(struct rule *rules, size_t count)
{
    count = add_up(rules, count);
    for (size_t i = 0; i < ARRAY_LEN(wholes); i++) {
        count = fold(&wholes[i], rules, count);
    }
    return add_up(rules, count);
}

/* ---- lines and positions ---- */

void espn_line_add(struct stat_line *line, enum position position, int id, stat_value value)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        if (row->id != id || (row->kind != ROW_IS && row->kind != ROW_ADD)) {
            continue;
        }
        enum stat stat = position == POSITION_DEF ? row->team : row->player;
        if (stat != STAT_NONE && row->kind == ROW_IS) {
            line->values[stat] = value;
        } else if (stat != STAT_NONE && value > -RULE_WEIGHT_MAX && value < RULE_WEIGHT_MAX) {
            int64_t sum = (int64_t)line->values[stat] + value;
            line->values[stat] = sum > INT32_MAX || sum < INT32_MIN ? 0 : (stat_value)sum;
        }
    }
}

enum position espn_position(int64_t default_position_id)
{
    static const enum position positions[] = {
        [1] = POSITION_QB,  [2] = POSITION_RB,  [3] = POSITION_WR,   [4] = POSITION_TE,
        [5] = POSITION_K,   [9] = POSITION_DL,  [10] = POSITION_DL,  [11] = POSITION_LB,
        [12] = POSITION_DB, [13] = POSITION_DB, [16] = POSITION_DEF,
    };
    bool is_known = default_position_id >= 0 && default_position_id < (int64_t)ARRAY_LEN(positions);
    return is_known ? positions[default_position_id] : POSITION_UNKNOWN;
}

enum position espn_position_of_slot(int64_t slot_id)
{
    static const enum position positions[] = {
        [0] = POSITION_QB,  [2] = POSITION_RB,  [4] = POSITION_WR,  [6] = POSITION_TE,
        [8] = POSITION_DL,  [9] = POSITION_DL,  [10] = POSITION_LB, [11] = POSITION_DL,
        [12] = POSITION_DB, [13] = POSITION_DB, [14] = POSITION_DB, [16] = POSITION_DEF,
        [17] = POSITION_K,
    };
    bool is_known = slot_id >= 0 && slot_id < (int64_t)ARRAY_LEN(positions);
    return is_known ? positions[slot_id] : POSITION_UNKNOWN;
}
