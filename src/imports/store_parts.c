/* Parts and their hashes, and the small things that all files of the store need. */
#include <inttypes.h>
#include <sodium.h>

#include "base/check.h"
#include "imports/store_work.h"

/* ---- parts ---- */

static struct slice hash_of(struct arena *arena, struct slice text)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(hash) + 1];
    crypto_hash_sha256(hash, (const unsigned char *)text.ptr, text.len);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return arena_copy(arena, slice_from(hex));
}

bool part_add(struct work *work, struct slice name, struct slice text)
{
    CHECK(work->part_count < PARTS_MAX);
    struct part part = { .name = arena_copy(work->arena, name),
                         .hash = hash_of(work->arena, text),
                         .has_changed = true };
    for (size_t i = 0; i < work->before.count; i++) {
        if (slice_eq(rows_text(&work->before, i, "part"), name)) {
            part.has_changed = !slice_eq(rows_text(&work->before, i, "hash"), part.hash);
        }
    }
    work->parts[work->part_count++] = part;
    work->report->parts++;
    if (part.has_changed && !work->is_new) {
        report_changed(work->report_arena, work->report, name);
    }
    return part.has_changed;
}

bool parts_have_changed(const struct work *work)
{
    for (size_t i = 0; i < work->part_count; i++) {
        if (work->parts[i].has_changed) {
            return true;
        }
    }
    return false;
}

void parts_store(struct work *work)
{
    struct json json;
    rows_open(&json, work->arena);
    for (size_t i = 0; i < work->part_count; i++) {
        if (work->parts[i].has_changed) {
            json_open_object(&json);
            json_member_text(&json, S("part"), work->parts[i].name);
            json_member_text(&json, S("hash"), work->parts[i].hash);
            json_close_object(&json);
        }
    }
    tx_send(&work->change->tx, SQL_IMPORTS_HASHES_STORE,
            PARAMS(P_INT(work->league_id), P_TEXT(rows_close(&json)), P_TIME(work->options->now)));
}

/* ---- words ---- */

void work_note(struct work *work, struct slice what, struct slice source, struct slice ours,
               const char *why)
{
    report_note(work->report_arena, work->report,
                (struct import_adjustment){
                    .what = what, .source = source, .ours = ours, .why = slice_from(why) });
}

struct slice team_label(const struct work *work, int team)
{
    const struct import_team *told = &work->season->teams.at[team];
    struct slice name = slice_trim(told->name);
    return name.len > 0 ? name : arena_format(work->arena, "team %.*s", FMT(told->source_id));
}

struct slice player_label(const struct work *work, int player)
{
    const struct import_player *told = &work->season->players.at[player];
    struct slice name = slice_trim(told->name);
    if (name.len > 0) {
        return name;
    }
    const char *platform = work->season->platform == PLATFORM_SLEEPER ? "Sleeper" : "ESPN";
    return arena_format(work->arena, "%s player %.*s", platform, FMT(told->source_id));
}

struct slice fitting(struct arena *arena, struct slice text, size_t most, struct slice otherwise)
{
    text = slice_trim(text);
    while (text.len > 0 && slice_code_points(text) > most) {
        text.len--;
        while (text.len > 0 && ((unsigned char)text.ptr[text.len] & 0xc0) == 0x80) {
            text.len--;
        }
    }
    text = slice_trim(text);
    return text.len > 0 ? arena_copy(arena, text) : otherwise;
}

/* ---- time ---- */

static int64_t labor_day(int season)
{
    int64_t first = days_from_civil(season, 9, 1);
    int64_t weekday = (first + 4) % 7; /* 1970-01-01 was a Thursday; 0 is Sunday */
    return first + (8 - weekday) % 7;
}

utime week_end(const struct work *work, int week)
{
    int64_t day = labor_day(work->season->season) + 7 * (int64_t)week + 1;
    utime at = (day * 86400 + INT64_C(10) * 3600) * US_PER_S;
    return at < work->options->now ? at : work->options->now;
}

utime season_begin(const struct work *work)
{
    utime at = labor_day(work->season->season) * 86400 * US_PER_S;
    return at < work->options->now ? at : work->options->now;
}

/* ---- the database ---- */

enum error work_ask(struct work *work, enum sql_id id, struct params params, struct rows *ret_rows)
{
    enum error error = tx_query(&work->change->tx, id, params, ret_rows);
    if (error == OK) {
        return OK;
    }
    return refuse(work->change->faults, error, "nothing was changed: the database says: %.*s",
                  FMT(work->change->tx.message));
}

void rows_open(struct json *json, struct arena *arena)
{
    json_init(json, arena);
    json_open_array(json);
}

struct slice rows_close(struct json *json)
{
    json_close_array(json);
    return json_done(json);
}

void member_id(struct json *json, struct slice key, int64_t id)
{
    if (id != 0) {
        json_member_int(json, key, id);
    }
}

void member_number(struct json *json, struct slice key, int64_t value)
{
    if (value != IMPORT_NONE) {
        json_member_int(json, key, value);
    }
}

void member_some(struct json *json, struct slice key, struct slice text)
{
    if (text.len > 0) {
        json_member_text(json, key, text);
    }
}

void member_at(struct json *json, struct slice key, utime at)
{
    if (at != 0) {
        json_member_time(json, key, at);
    }
}
