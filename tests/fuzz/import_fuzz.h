/* What the fuzzers of the importers share: documents of a small league, broken as the input says, and
 * what must hold of a model that was made in spite of it.
 *
 * The input is a list of changes: which document, what kind of change, where. Values are exchanged
 * whole more often than bytes are: most broken JSON ends in the parser, which is not ours. */
#ifndef ASTRALFIELD_TESTS_IMPORT_FUZZ_H
#define ASTRALFIELD_TESTS_IMPORT_FUZZ_H

#include <stdlib.h>

#include "base/check.h"
#include "imports/source.h"

enum { FUZZ_DOCUMENTS_MAX = 32, FUZZ_CHANGES_MAX = 24 };

struct fuzz_document {
    struct slice path; /* with .json */
    struct slice text;
};

struct fuzz {
    struct arena arena;
    struct faults faults;
    struct import_source source;
    struct fuzz_document documents[FUZZ_DOCUMENTS_MAX];
    size_t count;
    struct slice input;
};

static inline bool fuzz_find(void *thing, struct slice path, struct slice *ret_bytes)
{
    const struct fuzz *fuzz = thing;
    for (size_t i = 0; i < fuzz->count; i++) {
        if (slice_eq(fuzz->documents[i].path, path)) {
            *ret_bytes = fuzz->documents[i].text;
            return true;
        }
    }
    return false;
}

static inline void fuzz_put(struct fuzz *fuzz, struct slice path, struct slice text)
{
    CHECK(fuzz->count < FUZZ_DOCUMENTS_MAX);
    fuzz->documents[fuzz->count++] = (struct fuzz_document){ .path = path, .text = text };
}

/* ---- changes ---- */

static inline size_t fuzz_byte(struct fuzz *fuzz)
{
    if (fuzz->input.len == 0) {
        return 0;
    }
    unsigned char byte = (unsigned char)fuzz->input.ptr[0];
    fuzz->input = slice_from_to(fuzz->input, 1, fuzz->input.len);
    return byte;
}

static inline size_t fuzz_number(struct fuzz *fuzz)
{
    size_t high = fuzz_byte(fuzz);
    return high * 256 + fuzz_byte(fuzz);
}

static inline struct slice fuzz_bytes(struct fuzz *fuzz, size_t most)
{
    size_t len = most < fuzz->input.len ? most : fuzz->input.len;
    struct slice bytes = slice_from_to(fuzz->input, 0, len);
    fuzz->input = slice_from_to(fuzz->input, len, fuzz->input.len);
    return bytes;
}

static inline struct slice fuzz_splice(struct fuzz *fuzz, struct slice text, size_t from, size_t to,
                                       struct slice with)
{
    struct slice tail = slice_from_to(text, to, text.len);
    char *copy = arena_alloc(&fuzz->arena, from + with.len + tail.len + 1);
    memcpy(copy, text.ptr, from);
    memcpy(copy + from, with.ptr, with.len);
    memcpy(copy + from + with.len, tail.ptr, tail.len);
    return (struct slice){ .ptr = copy, .len = from + with.len + tail.len };
}

/* Where the value ends that begins at `at`: at the comma or bracket of its own level. */
static inline size_t fuzz_value_end(struct slice text, size_t at)
{
    int depth = 0;
    bool is_text = false;
    for (; at < text.len; at++) {
        char byte = text.ptr[at];
        if (byte == '"') {
            is_text = !is_text;
        } else if (!is_text && (byte == '{' || byte == '[')) {
            depth++;
        } else if (!is_text && (byte == '}' || byte == ']' || byte == ',') && depth == 0) {
            return at;
        } else if (!is_text && (byte == '}' || byte == ']')) {
            depth--;
        }
    }
    return at;
}

/* The begin of the n-th value: after ':', '[' or ','. */
static inline size_t fuzz_value_begin(struct slice text, size_t number)
{
    size_t found = 0;
    size_t values = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ':' || text.ptr[i] == '[' || text.ptr[i] == ',') {
            found = i + 1;
            if (values++ == number) {
                return found;
            }
        }
    }
    return found;
}

static inline struct slice fuzz_value(struct fuzz *fuzz)
{
    static const struct slice values[] = {
        S_INIT("null"),      S_INIT("-1"),
        S_INIT("0"),         S_INIT("1"),
        S_INIT("2"),         S_INIT("3"),
        S_INIT("17"),        S_INIT("23"),
        S_INIT("64"),        S_INIT("65535"),
        S_INIT("1e308"),     S_INIT("9223372036854775807"),
        S_INIT("-0.005"),    S_INIT("1e15"),
        S_INIT("\"\""),      S_INIT("\"0\""),
        S_INIT("\"7\""),     S_INIT("\"abc\""),
        S_INIT("true"),      S_INIT("[]"),
        S_INIT("{}"),        S_INIT("[1,2,3]"),
        S_INIT("[\"10\"]"),  S_INIT("{\"1\":1}"),
        S_INIT("\"900\""),   S_INIT("\"\\u00e4/~\""),
        S_INIT("999999999"), S_INIT("2147483648"),
    };
    size_t at = fuzz_byte(fuzz);
    return at < ARRAY_LEN(values) ? values[at] : fuzz_bytes(fuzz, at % 40);
}

static inline void fuzz_change(struct fuzz *fuzz)
{
    struct slice *text = &fuzz->documents[fuzz_byte(fuzz) % fuzz->count].text;
    size_t kind = fuzz_byte(fuzz) % 8;
    size_t at = fuzz_number(fuzz);
    if (kind < 5) { /* another value */
        size_t begin = fuzz_value_begin(*text, at);
        *text = fuzz_splice(fuzz, *text, begin, fuzz_value_end(*text, begin), fuzz_value(fuzz));
    } else if (kind == 5) { /* a value twice */
        size_t begin = fuzz_value_begin(*text, at);
        struct slice value = slice_from_to(*text, begin, fuzz_value_end(*text, begin));
        struct slice twice = fuzz_splice(fuzz, value, value.len, value.len, S(","));
        *text = fuzz_splice(fuzz, *text, begin, begin, twice);
    } else if (kind == 6) { /* other bytes */
        size_t from = text->len == 0 ? 0 : at % text->len;
        size_t gone = fuzz_byte(fuzz);
        size_t to = from + gone > text->len ? text->len : from + gone;
        *text = fuzz_splice(fuzz, *text, from, to, fuzz_bytes(fuzz, fuzz_byte(fuzz)));
    } else { /* cut off, or not there */
        *text = slice_from_to(*text, 0, text->len == 0 ? 0 : at % text->len);
    }
}

/* ---- what must hold ---- */

static inline void fuzz_check_text(struct slice text)
{
    CHECK(text.len == 0 || text.ptr != NULL);
    CHECK(slice_is_utf8(text));
}

static inline void fuzz_check_index(int index, size_t count, bool may_be_none)
{
    CHECK(index >= (may_be_none ? IMPORT_NONE : 0));
    CHECK(index < (int)count);
}

static inline void fuzz_check_teams(const struct import_season *season)
{
    CHECK(season->teams.count >= 2 && season->teams.count <= TEAMS_MAX);
    for (size_t i = 0; i < season->teams.count; i++) {
        const struct import_team *team = &season->teams.at[i];
        fuzz_check_text(team->name);
        fuzz_check_text(team->logo_url);
        fuzz_check_index(team->division, season->divisions.count, true);
        for (size_t k = 0; k < team->managers.count; k++) {
            fuzz_check_index(team->managers.at[k], season->managers.count, false);
        }
        for (size_t k = 0; k < team->roster.count; k++) {
            fuzz_check_index(team->roster.at[k], season->players.count, false);
        }
    }
    for (size_t i = 0; i < season->players.count; i++) {
        fuzz_check_text(season->players.at[i].name);
        CHECK(season->players.at[i].source_id.len > 0);
        CHECK(season->players.at[i].position < POSITION_COUNT);
    }
}

static inline void fuzz_check_weeks(const struct import_season *season)
{
    for (size_t i = 0; i < season->team_weeks.count; i++) {
        const struct import_team_week *week = &season->team_weeks.at[i];
        fuzz_check_index(week->team, season->teams.count, false);
        CHECK(week->week >= 1 && week->week <= WEEKS_MAX);
        for (size_t k = 0; k < week->spots.count; k++) {
            fuzz_check_index(week->spots.at[k].player, season->players.count, true);
            CHECK(week->spots.at[k].slot < SLOT_COUNT);
        }
    }
    for (size_t i = 0; i < season->lines.count; i++) {
        const struct import_line *line = &season->lines.at[i];
        fuzz_check_index(line->player, season->players.count, false);
        (void)score_line(season->settings.rules, line->line, line->position);
    }
    for (size_t i = 0; i < season->matchups.count; i++) {
        const struct import_matchup *match = &season->matchups.at[i];
        fuzz_check_index(match->home.team, season->teams.count, true);
        fuzz_check_index(match->away.team, season->teams.count, true);
        fuzz_check_index(match->home.from_match, season->matchups.count, true);
        fuzz_check_index(match->away.from_match, season->matchups.count, true);
        CHECK(match->weeks >= 1 && match->weeks <= 2);
        CHECK(match->week >= 1 && match->winner >= IMPORT_NONE && match->winner <= 2);
        CHECK(match->place >= 0 && match->place <= TEAMS_MAX);
    }
}

static inline void fuzz_check_moves(const struct import_season *season)
{
    for (size_t i = 0; i < season->moves.count; i++) {
        const struct import_move *move = &season->moves.at[i];
        CHECK(i == 0 || season->moves.at[i - 1].at <= move->at);
        fuzz_check_text(move->note);
        for (size_t k = 0; k < move->items.count; k++) {
            const struct import_item *item = &move->items.at[k];
            bool is_player = item->kind == ITEM_PLAYER_IN || item->kind == ITEM_PLAYER_OUT;
            fuzz_check_index(item->team, season->teams.count, false);
            fuzz_check_index(is_player ? item->player : 0, season->players.count + 1, false);
        }
    }
    for (size_t i = 0; i < season->drafts.count; i++) {
        const struct import_draft *draft = &season->drafts.at[i];
        for (size_t k = 0; k < draft->picks.count; k++) {
            const struct import_draft_pick *pick = &draft->picks.at[k];
            fuzz_check_index(pick->team, season->teams.count, false);
            fuzz_check_index(pick->original_team, season->teams.count, false);
            fuzz_check_index(pick->player, season->players.count, true);
        }
    }
    for (size_t i = 0; i < season->adjustments.count; i++) {
        fuzz_check_text(season->adjustments.at[i].what);
        fuzz_check_text(season->adjustments.at[i].source);
        CHECK(season->adjustments.at[i].why.len > 0);
    }
}

static inline void fuzz_check_settings(const struct import_season *season)
{
    fuzz_check_text(season->name);
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        const struct setting_info *info = setting_info((enum setting)i);
        int64_t value = season->settings.values[i];
        bool is_within = value >= info->least && value <= info->most;
        CHECK(is_within || (value == SETTING_NULL && info->is_nullable));
    }
    for (size_t i = 0; i < season->settings.rules.count; i++) {
        CHECK(rule_check(&season->settings.rules.rules[i]) == RULE_FINE);
    }
    int slots = 0;
    for (size_t i = 0; i < season->settings.slot_count; i++) {
        CHECK(season->settings.slots[i].count > 0);
        slots += season->settings.slots[i].count;
    }
    CHECK(slots <= SLOTS_MAX);
    CHECK(season->played_through <= season->last_week);
    CHECK(season->start_week >= 1 && season->last_week <= WEEKS_MAX);
    CHECK(season->playoff_start_week >= 1 && season->playoff_start_week <= season->last_week + 1);
}

static inline void fuzz_check(const struct fuzz *fuzz, enum error error,
                              const struct import_model *model)
{
    if (error != OK) {
        CHECK(fuzz->faults.detail.len > 0);
        fuzz_check_text(fuzz->faults.detail);
        CHECK(model->count == 0);
        return;
    }
    CHECK(model->count > 0);
    for (size_t i = 0; i < model->count; i++) {
        const struct import_season *season = model->seasons[i];
        fuzz_check_settings(season);
        fuzz_check_teams(season);
        fuzz_check_weeks(season);
        fuzz_check_moves(season);
    }
}

static inline void fuzz_start(struct fuzz *fuzz, const uint8_t *bytes, size_t len)
{
    fuzz->faults.arena = &fuzz->arena;
    fuzz->input = (struct slice){ .ptr = (const char *)bytes, .len = len };
    fuzz->source = (struct import_source){
        .arena = &fuzz->arena, .faults = &fuzz->faults, .memory = fuzz_find, .thing = fuzz
    };
}

static inline void fuzz_changes(struct fuzz *fuzz)
{
    for (size_t i = 0; i < FUZZ_CHANGES_MAX && fuzz->input.len > 0; i++) {
        fuzz_change(fuzz);
    }
}

static inline void fuzz_done(struct fuzz *fuzz)
{
    arena_done(&fuzz->arena);
}

#endif
