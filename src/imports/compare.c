#include "imports/compare.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "db/db.h"

static void read_row(struct arena *arena, const struct rows *rows, size_t row,
                     struct compare_report *report)
{
    if (rows_null(rows, row, "what")) {
        CHECK(report->kind_count < COMPARE_KINDS_MAX);
        report->kinds[report->kind_count++] = (struct compare_kind){
            .name = rows_text(rows, row, "kind"),
            .n = rows_int(rows, row, "n"),
            .equal = rows_int(rows, row, "equal"),
            .differences = ARENA_ARRAY(arena, rows->count, struct compare_difference),
        };
        return;
    }
    CHECK(report->kind_count > 0);
    struct compare_kind *kind = &report->kinds[report->kind_count - 1];
    struct compare_difference difference = { .what = rows_text(rows, row, "what"),
                                             .source = rows_text(rows, row, "source"),
                                             .ours = rows_text(rows, row, "ours"),
                                             .reason = rows_text(rows, row, "reason") };
    kind->differences[kind->difference_count++] = difference;
    report->unexplained += difference.reason.len == 0;
}

enum error import_compare(struct arena *arena, struct faults *faults, int64_t league_id,
                          struct compare_report *ret_report)
{
    struct rows rows;
    TRY(db_read(arena, SQL_IMPORTS_LEAGUE_DOCUMENT, PARAMS(P_INT(league_id)), &rows));
    if (rows.count == 0) {
        return refuse(faults, E_NOT_FOUND, "There is no league %" PRId64 ".", league_id);
    }
    if (rows_null(&rows, 0, "source_platform")) {
        return refuse(faults, E_NOT_FOUND,
                      "The league %" PRId64 " was made here: there is nothing to compare it with.",
                      league_id);
    }
    struct compare_report report = { .league_id = league_id,
                                     .name = rows_text(&rows, 0, "name"),
                                     .platform = rows_text(&rows, 0, "source_platform"),
                                     .source_league_id = rows_text(&rows, 0, "source_league_id"),
                                     .season = (int)rows_int(&rows, 0, "season") };
    TRY(db_read(arena, SQL_IMPORTS_COMPARE, PARAMS(P_INT(league_id)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        read_row(arena, &rows, i, &report);
    }
    *ret_report = report;
    return OK;
}

static void put_difference(struct json *json, const struct compare_difference *difference)
{
    json_open_object(json);
    json_member_text(json, S("what"), difference->what);
    json_member_text(json, S("source"), difference->source);
    json_member_text(json, S("ours"), difference->ours);
    if (difference->reason.len > 0) {
        json_member_text(json, S("reason"), difference->reason);
    } else {
        json_member_null(json, S("reason"));
    }
    json_close_object(json);
}

struct slice compare_json(struct arena *arena, const struct compare_report *report)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_int(&json, S("leagueId"), report->league_id);
    json_member_text(&json, S("name"), report->name);
    json_member_int(&json, S("season"), report->season);
    json_member_text(&json, S("platform"), report->platform);
    json_member_text(&json, S("sourceLeagueId"), report->source_league_id);
    json_member_int(&json, S("unexplained"), report->unexplained);
    json_key(&json, S("kinds"));
    json_open_array(&json);
    for (size_t i = 0; i < report->kind_count; i++) {
        const struct compare_kind *kind = &report->kinds[i];
        json_open_object(&json);
        json_member_text(&json, S("kind"), kind->name);
        json_member_int(&json, S("n"), kind->n);
        json_member_int(&json, S("equal"), kind->equal);
        json_key(&json, S("differences"));
        json_open_array(&json);
        for (size_t n = 0; n < kind->difference_count; n++) {
            put_difference(&json, &kind->differences[n]);
        }
        json_close_array(&json);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

struct slice compare_text(struct arena *arena, const struct compare_report *report)
{
    struct buffer text;
    buffer_init(&text, arena);
    buffer_format(&text, "%.*s, season %d (%.*s league %.*s)\n%-16s %8s %8s\n", FMT(report->name),
                  report->season, FMT(report->platform), FMT(report->source_league_id), "", "n",
                  "equal");
    for (size_t i = 0; i < report->kind_count; i++) {
        const struct compare_kind *kind = &report->kinds[i];
        buffer_format(&text, "%-16.*s %8" PRId64 " %8" PRId64 "\n", FMT(kind->name), kind->n,
                      kind->equal);
        for (size_t n = 0; n < kind->difference_count; n++) {
            const struct compare_difference *difference = &kind->differences[n];
            buffer_format(
                &text, "  %.*s: %.*s there, %.*s here\n    %.*s\n", FMT(difference->what),
                FMT(difference->source), FMT(difference->ours),
                FMT(difference->reason.len > 0 ? difference->reason : S("not explained")));
        }
    }
    buffer_format(&text, "%s\n",
                  report->unexplained == 0 ? "Everything is equal or explained."
                                           : "Some differences are not explained.");
    return buffer_slice(&text);
}
