#include "imports/report.h"

#include <inttypes.h>

#include "base/json.h"

enum { FIRST_ROOM = 16 };

/* Room for one more entry of a list that has `count` of them. */
static void *report_grow(struct arena *arena, const void *list, size_t count, size_t *room,
                         size_t size)
{
    *room = *room == 0 ? FIRST_ROOM : *room * 2;
    char *grown = arena_array(arena, *room, size);
    if (count > 0) {
        memcpy(grown, list, count * size);
    }
    return grown;
}

void report_note(struct arena *arena, struct import_league_report *report,
                 struct import_adjustment note)
{
    if (report->adjustments.count == report->adjustments.room) {
        report->adjustments.at =
            report_grow(arena, report->adjustments.at, report->adjustments.count,
                        &report->adjustments.room, sizeof(note));
    }
    report->adjustments.at[report->adjustments.count++] =
        (struct import_adjustment){ .what = arena_copy(arena, note.what),
                                    .source = arena_copy(arena, note.source),
                                    .ours = arena_copy(arena, note.ours),
                                    .why = arena_copy(arena, note.why) };
}

void report_changed(struct arena *arena, struct import_league_report *report, struct slice part)
{
    if (report->changed.count == report->changed.room) {
        report->changed.at = report_grow(arena, report->changed.at, report->changed.count,
                                         &report->changed.room, sizeof(part));
    }
    report->changed.at[report->changed.count++] = arena_copy(arena, part);
}

/* ---- JSON ---- */

static void put_counts(struct json *json, const struct import_counts *counts)
{
    json_open_object(json);
    json_member_int(json, S("teams"), counts->teams);
    json_member_int(json, S("managers"), counts->managers);
    json_member_int(json, S("newPlayers"), counts->new_players);
    json_member_int(json, S("weeks"), counts->weeks);
    json_member_int(json, S("playerWeeks"), counts->player_weeks);
    json_member_int(json, S("matchups"), counts->matchups);
    json_member_int(json, S("moves"), counts->moves);
    json_member_int(json, S("claims"), counts->claims);
    json_member_int(json, S("trades"), counts->trades);
    json_member_int(json, S("draftPicks"), counts->draft_picks);
    json_member_int(json, S("statLines"), counts->lines);
    json_member_int(json, S("gaps"), counts->gaps);
    json_member_int(json, S("events"), counts->events);
    json_close_object(json);
}

static void put_note(struct json *json, const struct import_adjustment *note)
{
    json_open_object(json);
    json_member_text(json, S("what"), note->what);
    json_member_text(json, S("source"), note->source);
    json_member_text(json, S("ours"), note->ours);
    json_member_text(json, S("why"), note->why);
    json_close_object(json);
}

static void put_league(struct json *json, const struct import_league_report *report)
{
    json_member_int(json, S("leagueId"), report->league_id);
    json_member_text(json, S("name"), report->name);
    json_member_int(json, S("season"), report->season);
    json_key(json, S("source"));
    json_open_object(json);
    json_member_text(json, S("platform"), platform_key(report->platform));
    json_member_text(json, S("leagueId"), report->source_league_id);
    json_close_object(json);
    json_member_bool(json, S("isNew"), report->is_new);
    json_member_text(json, S("statSource"), report->stat_source);
    json_member_int(json, S("parts"), (int64_t)report->parts);
    json_key(json, S("changedParts"));
    json_open_array(json);
    for (size_t i = 0; i < report->changed.count; i++) {
        json_text(json, report->changed.at[i]);
    }
    json_close_array(json);
    json_key(json, S("counts"));
    put_counts(json, &report->counts);
    json_key(json, S("adjustments"));
    json_open_array(json);
    for (size_t i = 0; i < report->adjustments.count; i++) {
        put_note(json, &report->adjustments.at[i]);
    }
    json_close_array(json);
}

struct slice report_league_json(struct arena *arena, const struct import_league_report *report)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    put_league(&json, report);
    json_close_object(&json);
    return json_done(&json);
}

static struct slice invite_url(struct arena *arena, const struct import_invite *invite,
                               struct slice address)
{
    return arena_format(arena, "%.*s/join/%.*s", FMT(address), FMT(invite->code));
}

struct slice report_json(struct arena *arena, const struct import_report *report,
                         struct slice address)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_bool(&json, S("isUnchanged"), report->is_unchanged);
    json_key(&json, S("leagues"));
    json_open_array(&json);
    for (size_t i = 0; i < report->count; i++) {
        const struct import_league_report *league = &report->leagues[i];
        json_open_object(&json);
        put_league(&json, league);
        json_key(&json, S("invites"));
        json_open_array(&json);
        for (size_t n = 0; n < league->invites.count; n++) {
            const struct import_invite *invite = &league->invites.at[n];
            json_open_object(&json);
            json_member_text(&json, S("team"), invite->team);
            json_member_text(&json, S("manager"), invite->manager);
            json_member_text(&json, S("code"), invite->code);
            json_member_text(&json, S("url"), invite_url(arena, invite, address));
            json_close_object(&json);
        }
        json_close_array(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

/* ---- text ---- */

static void write_counts(struct buffer *text, const struct import_counts *counts)
{
    buffer_format(text,
                  "  %" PRId64 " teams, %" PRId64 " managers, %" PRId64 " final weeks with %" PRId64
                  " player-weeks, %" PRId64 " matchups\n",
                  counts->teams, counts->managers, counts->weeks, counts->player_weeks,
                  counts->matchups);
    buffer_format(text,
                  "  %" PRId64 " moves, %" PRId64 " trades among them, %" PRId64
                  " waiver claims, %" PRId64 " draft picks, %" PRId64 " stat lines, %" PRId64
                  " events\n",
                  counts->moves, counts->trades, counts->claims, counts->draft_picks, counts->lines,
                  counts->events);
}

static void write_notes(struct buffer *text, const struct import_league_report *report)
{
    if (report->adjustments.count == 0) {
        buffer_add(text, S("  everything was carried over exactly\n"));
        return;
    }
    buffer_format(text, "  adjustments: %zu\n", report->adjustments.count);
    for (size_t i = 0; i < report->adjustments.count; i++) {
        const struct import_adjustment *note = &report->adjustments.at[i];
        buffer_format(text, "    %.*s", FMT(note->what));
        if (note->source.len > 0 || note->ours.len > 0) {
            buffer_format(text, ": %.*s -> %.*s", FMT(note->source),
                          FMT(note->ours.len > 0 ? note->ours : S("nothing")));
        }
        buffer_format(text, "\n      %.*s\n", FMT(note->why));
    }
}

static void write_league(struct arena *arena, struct buffer *text,
                         const struct import_league_report *report, struct slice address)
{
    buffer_format(text, "%.*s, season %d: league %" PRId64 " (%.*s league %.*s)\n",
                  FMT(report->name), report->season, report->league_id,
                  FMT(platform_key(report->platform)), FMT(report->source_league_id));
    if (!report->is_new && report->changed.count == 0) {
        buffer_add(text, S("  unchanged since the last import\n"));
    } else if (!report->is_new) {
        buffer_format(text, "  updated: %zu of %zu parts:", report->changed.count, report->parts);
        for (size_t i = 0; i < report->changed.count; i++) {
            buffer_format(text, "%s %.*s", i == 0 ? "" : ",", FMT(report->changed.at[i]));
        }
        buffer_byte(text, '\n');
    }
    if (report->is_new || report->changed.count > 0) {
        write_counts(text, &report->counts);
        write_notes(text, report);
    }
    for (size_t i = 0; i < report->invites.count; i++) {
        const struct import_invite *invite = &report->invites.at[i];
        buffer_format(text, "  invitation for %.*s (%.*s): %.*s\n", FMT(invite->team),
                      FMT(invite->manager), FMT(invite_url(arena, invite, address)));
    }
}

struct slice report_text(struct arena *arena, const struct import_report *report,
                         struct slice address)
{
    struct buffer text;
    buffer_init(&text, arena);
    for (size_t i = 0; i < report->count; i++) {
        write_league(arena, &text, &report->leagues[i], address);
    }
    if (report->is_unchanged) {
        buffer_add(&text, S("Nothing has changed since the last import: nothing was written.\n"));
    }
    return buffer_slice(&text);
}
