#include "league/scoring_profile.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/json.h"
#include "league/settings.h"

enum { MILLIONTHS = 1000000, THOUSANDTHS = 1000 };

/* ---- the canonical form ---- */

static struct slice positions_text(struct arena *arena, position_mask positions)
{
    struct buffer text;
    buffer_init(&text, arena);
    for (size_t p = 0; p < POSITION_COUNT; p++) {
        if ((positions & position_bit((enum position)p)) != 0) {
            if (text.len > 0) {
                buffer_byte(&text, ',');
            }
            buffer_add(&text, position_key((enum position)p));
        }
    }
    return buffer_slice(&text);
}

static struct slice rule_line(struct arena *arena, const struct rule *rule)
{
    struct buffer text;
    buffer_init(&text, arena);
    buffer_format(&text, "%.*s|%s|%" PRId64 "|", FMT(stat_info(rule->stat)->key),
                  rule->kind == RULE_FLAT ? "band" : "per_unit", rule->weight);
    if (rule->has_band && rule->from != -BAND_OPEN) {
        buffer_format(&text, "%d", rule->from);
    }
    buffer_byte(&text, '|');
    if (rule->has_band && rule->to != BAND_OPEN) {
        buffer_format(&text, "%d", rule->to);
    }
    buffer_byte(&text, '|');
    buffer_add(&text, positions_text(arena, rule->positions));
    if (rule->step != 0) {
        buffer_format(&text, "|%d", rule->step);
    }
    return buffer_slice(&text);
}

static int compare_lines(const void *left, const void *right)
{
    const struct slice *a = left;
    const struct slice *b = right;
    int order = memcmp(a->ptr, b->ptr, a->len < b->len ? a->len : b->len);
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

struct slice scoring_canonical(struct arena *arena, struct rule_set set)
{
    CHECK(set.count <= RULES_MAX);
    struct slice *lines = ARENA_ARRAY(arena, set.count, struct slice);
    size_t count = 0;
    for (size_t i = 0; i < set.count; i++) {
        if (set.rules[i].weight != 0) {
            lines[count++] = rule_line(arena, &set.rules[i]);
        }
    }
    qsort(lines, count, sizeof(lines[0]), compare_lines);
    struct buffer text;
    buffer_init(&text, arena);
    buffer_add(&text, S("astralfield scoring 1"));
    for (size_t i = 0; i < count; i++) {
        buffer_byte(&text, '\n');
        buffer_add(&text, lines[i]);
    }
    return buffer_slice(&text);
}

bool scoring_equal(struct arena *arena, struct rule_set a, struct rule_set b)
{
    return slice_eq(scoring_canonical(arena, a), scoring_canonical(arena, b));
}

/* ---- storing ---- */

static void json_decimal(struct json *json, int64_t number, int64_t parts, struct arena *arena)
{
    const char *sign = number < 0 ? "-" : "";
    int64_t size = number < 0 ? -number : number;
    json_raw(json, arena_format(arena, "%s%" PRId64 ".%0*" PRId64, sign, size / parts,
                                parts == MILLIONTHS ? 6 : 3, size % parts));
}

static struct slice rules_document(struct arena *arena, struct rule_set set)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    int64_t ordinal = 0;
    for (size_t i = 0; i < set.count; i++) {
        const struct rule *rule = &set.rules[i];
        if (rule->weight == 0) {
            continue;
        }
        json_open_object(&json);
        json_member_int(&json, S("ordinal"), ++ordinal);
        json_member_text(&json, S("stat_key"), stat_info(rule->stat)->key);
        json_member_text(&json, S("kind"), rule->kind == RULE_FLAT ? S("band") : S("per_unit"));
        json_key(&json, S("weight"));
        json_decimal(&json, rule->weight, MILLIONTHS, arena);
        if (rule->has_band && rule->from != -BAND_OPEN) {
            json_key(&json, S("band_from"));
            json_decimal(&json, rule->from, THOUSANDTHS, arena);
        }
        if (rule->has_band && rule->to != BAND_OPEN) {
            json_key(&json, S("band_to"));
            json_decimal(&json, rule->to, THOUSANDTHS, arena);
        }
        if (rule->step != 0) {
            json_key(&json, S("step"));
            json_decimal(&json, rule->step, THOUSANDTHS, arena);
        }
        json_member_text(&json, S("positions"), positions_text(arena, rule->positions));
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

static struct slice preset_of(struct arena *arena, struct rule_set set)
{
    for (size_t preset = 0; preset < PRESET_COUNT; preset++) {
        const struct preset_info *info = preset_info((enum preset)preset);
        if (scoring_equal(arena, set, info->set)) {
            return info->key;
        }
    }
    return (struct slice){ .ptr = NULL, .len = 0 };
}

enum error scoring_find_or_create(struct arena *arena, struct tx *tx, struct rule_set set,
                                  int64_t *ret_profile_id)
{
    return scoring_find_or_create_for(arena, tx, set, S("nfl"), ret_profile_id);
}

enum error scoring_find_or_create_for(struct arena *arena, struct tx *tx, struct rule_set set,
                                      struct slice stat_source, int64_t *ret_profile_id)
{
    set = scoring_plain(arena, set);
    bool is_nfl = slice_eq(stat_source, S("nfl"));
    struct slice canonical = scoring_canonical(arena, set);
    if (!is_nfl) {
        canonical = arena_format(arena, "%.*s\nsource|%.*s", FMT(canonical), FMT(stat_source));
    }
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)canonical.ptr, canonical.len);
    char hex[2 * sizeof(hash) + 1];
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    struct param key = P_TEXT(arena_format(arena, "\\x%s", hex));
    struct slice preset = is_nfl ? preset_of(arena, set) : (struct slice){ .ptr = NULL };
    struct rows rows;
    TRY(tx_query(tx, SQL_LEAGUE_PROFILE_ADD, PARAMS(key, P_TEXT(preset), P_TEXT(stat_source)),
                 &rows));
    if (rows.count == 1) {
        *ret_profile_id = rows_int(&rows, 0, "id");
        tx_send(tx, SQL_LEAGUE_PROFILE_RULES_ADD,
                PARAMS(P_INT(*ret_profile_id), P_TEXT(rules_document(arena, set))));
        return OK;
    }
    TRY(tx_query(tx, SQL_LEAGUE_PROFILE_FIND, PARAMS(key), &rows));
    *ret_profile_id = rows_int(&rows, 0, "id");
    return OK;
}

/* ---- loading ---- */

static position_mask mask_of(struct slice keys)
{
    position_mask mask = 0;
    while (keys.ptr != NULL && keys.len > 0) {
        mask |= position_bit(position_from(slice_cut(&keys, ',')));
    }
    return mask;
}

static struct rule load_rule(const struct rows *rows, size_t row)
{
    struct rule rule = { .kind = RULE_PER_UNIT, .from = -BAND_OPEN, .to = BAND_OPEN };
    rule.stat = stat_from_key(rows_text(rows, row, "stat_key"));
    rule.weight = rows_millionths(rows, row, "weight");
    rule.positions = mask_of(rows_text(rows, row, "positions"));
    rule.kind = slice_eq(rows_text(rows, row, "kind"), S("band")) ? RULE_FLAT : RULE_PER_UNIT;
    if (!rows_null(rows, row, "band_from")) {
        rule.has_band = true;
        rule.from = (stat_value)(rows_millionths(rows, row, "band_from") / THOUSANDTHS);
    }
    if (!rows_null(rows, row, "band_to")) {
        rule.has_band = true;
        rule.to = (stat_value)(rows_millionths(rows, row, "band_to") / THOUSANDTHS);
    }
    rule.step = (stat_value)(rows_millionths(rows, row, "step") / THOUSANDTHS);
    return rule;
}

enum error scoring_load(struct arena *arena, struct tx *tx, int64_t profile_id,
                        struct rule_set *ret_set)
{
    struct rows rows;
    TRY(league_query(arena, tx, SQL_LEAGUE_PROFILE_RULES, PARAMS(P_INT(profile_id)), &rows));
    if (rows.count > RULES_MAX) {
        return E_INTERNAL;
    }
    struct rule *rules = ARENA_ARRAY(arena, rows.count, struct rule);
    size_t count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        struct rule rule = load_rule(&rows, i);
        if (rule.stat != STAT_COUNT) { /* one we no longer know pays nothing */
            rules[count++] = rule;
        }
    }
    *ret_set = (struct rule_set){ .rules = rules, .count = count };
    return OK;
}

enum error scoring_source(struct tx *tx, int64_t profile_id, struct slice *ret_source)
{
    struct rows rows;
    TRY(tx_query(tx, SQL_LEAGUE_PROFILE_SOURCE, PARAMS(P_INT(profile_id)), &rows));
    *ret_source = rows_text(&rows, 0, "stat_source");
    return OK;
}
