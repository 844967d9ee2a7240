#include "feeds/store.h"

#include "base/check.h"
#include "db/db.h"

struct storing {
    struct season_data *data;
    const struct store_options *options;
    struct tx tx;
    struct arena arena; /* of the transaction's rows */
    int64_t sent;
};

int64_t store_rows(const struct season_data *data)
{
    int64_t rows = 0;
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        rows += (int64_t)data->batches[i].rows;
    }
    return rows;
}

/* tx_query that says what the database objected to. */
static enum error ask(struct storing *storing, enum sql_id id, struct params params,
                      struct rows *ret_rows)
{
    enum error error = tx_query(&storing->tx, id, params, ret_rows);
    if (error == OK) {
        return OK;
    }
    return refuse(storing->data->faults, error, "nothing was changed: the database says: %.*s",
                  FMT(storing->tx.message));
}

static void count_outcome(struct report *report, enum import_kind kind, const struct rows *rows,
                          size_t row)
{
    struct tally *tally = &report->tallies[kind];
    struct slice outcome = rows_text(rows, row, "outcome");
    int64_t count = rows_int(rows, row, "rows");
    if (slice_eq(outcome, S("new"))) {
        tally->fresh += count;
    } else if (slice_eq(outcome, S("changed"))) {
        tally->changed += count;
    } else if (slice_eq(outcome, S("unchanged"))) {
        tally->unchanged += count;
    } else if (count > 0) {
        report_reject(report, kind, arena_copy(report->arena, rows_text(rows, row, "reason")),
                      arena_copy(report->arena, rows_text(rows, row, "example")), count);
    }
}

static void count_outcomes(struct storing *storing, enum import_kind kind, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        bool is_id = kind == IMPORT_PLAYERS && slice_eq(rows_text(rows, i, "kind"), S("ids"));
        count_outcome(&storing->data->report, is_id ? IMPORT_IDS : kind, rows, i);
    }
}

/* The names of the covered statistics as an array literal. */
static struct slice covered_keys(struct season_data *data, const bool covers[STAT_COUNT])
{
    struct buffer text;
    buffer_init(&text, data->arena);
    buffer_byte(&text, '{');
    for (size_t i = 0; i < STAT_COUNT; i++) {
        if (covers[i]) {
            buffer_format(&text, "%s%.*s", text.len > 1 ? "," : "",
                          FMT(stat_info((enum stat)i)->key));
        }
    }
    buffer_byte(&text, '}');
    return buffer_slice(&text);
}

static enum error store_batch(struct storing *storing, enum import_kind kind, struct slice text)
{
    const struct season_data *data = storing->data;
    struct param season = P_INT(data->season);
    struct param is_sample = P_BOOL(data->is_sample);
    struct param source = P_TEXT(data->source);
    struct param batch = P_TEXT(text);
    struct rows rows = { 0 };
    switch (kind) {
    case IMPORT_TEAMS:
        TRY(ask(storing, SQL_FEEDS_TEAMS, PARAMS(batch), &rows));
        break;
    case IMPORT_PLAYERS:
        TRY(ask(storing, SQL_FEEDS_PLAYERS, PARAMS(season, is_sample, batch), &rows));
        break;
    case IMPORT_GAMES:
        TRY(ask(storing, SQL_FEEDS_GAMES, PARAMS(season, source, batch), &rows));
        break;
    case IMPORT_STATS:
    case IMPORT_DEFENCES: {
        const bool *covers = kind == IMPORT_STATS ? data->covers_player : data->covers_team;
        struct param keys = P_TEXT(covered_keys(storing->data, covers));
        TRY(ask(storing, SQL_FEEDS_STATS, PARAMS(season, is_sample, keys, source, batch), &rows));
        break;
    }
    case IMPORT_PROJECTIONS: {
        struct param from = P_TEXT(data->is_sample ? S("sample") : S("nflcom"));
        TRY(ask(storing, SQL_FEEDS_PROJECTIONS, PARAMS(season, is_sample, from, batch), &rows));
        break;
    }
    case IMPORT_RANKINGS: {
        struct param from = P_TEXT(data->is_sample ? S("sample") : S("ffc"));
        TRY(ask(storing, SQL_FEEDS_RANKINGS,
                PARAMS(season, is_sample, from, P_TEXT(S("ppr")), batch), &rows));
        break;
    }
    case IMPORT_IDS: /* travel with their players */
    case IMPORT_KIND_COUNT:
        CHECK(batch.text.len == 0);
    }
    count_outcomes(storing, kind, &rows);
    return OK;
}

static enum error store_kind(struct storing *storing, enum import_kind kind)
{
    struct batches *batches = &storing->data->batches[kind];
    batches_end(batches);
    for (const struct batch *batch = batches->first; batch != NULL; batch = batch->next) {
        TRY(store_batch(storing, kind, batch->text));
        storing->sent += (int64_t)batch->rows;
        if (storing->options->watch.step != NULL) {
            storing->options->watch.step(storing->options->watch.thing, storing->sent);
        }
    }
    return OK;
}

/* 18 weeks of regular season since 2021, 17 before; four rounds of playoffs follow. A sample has 18
 * weeks and no playoffs. */
static enum error open_season(struct storing *storing)
{
    const struct season_data *data = storing->data;
    int64_t regular_weeks = data->season >= 2021 || data->is_sample ? 18 : 17;
    int64_t last_week = data->is_sample ? regular_weeks : regular_weeks + 4;
    struct rows rows = { 0 };
    TRY(ask(storing, SQL_FEEDS_LOCK, NO_PARAMS, &rows));
    if (!rows_bool(&rows, 0, "is_ours")) {
        return refuse(data->faults, E_IN_USE, "another import is running: wait for its end");
    }
    TRY(ask(storing, SQL_FEEDS_SEASON_OPEN,
            PARAMS(P_INT(data->season), P_INT(regular_weeks), P_INT(last_week),
                   P_BOOL(data->is_sample), P_TEXT(data->source)),
            &rows));
    TRY(ask(storing, SQL_FEEDS_SEASON_READ, PARAMS(P_INT(data->season)), &rows));
    if (rows_bool(&rows, 0, "is_sample") != data->is_sample) {
        return refuse(data->faults, E_FORBIDDEN,
                      "season %lld holds %s data already, and %s data may not be mixed into it",
                      (long long)data->season, data->is_sample ? "real" : "sample",
                      data->is_sample ? "sample" : "real");
    }
    TRY(ask(storing, SQL_FEEDS_DEFENCES, PARAMS(P_BOOL(data->is_sample)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        count_outcome(&storing->data->report, IMPORT_PLAYERS, &rows, i);
    }
    storing->data->report.tallies[IMPORT_PLAYERS].read += 32;
    return OK;
}

static bool has_changed(const struct report *report)
{
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        if (report->tallies[i].fresh + report->tallies[i].changed > 0) {
            return true;
        }
    }
    return false;
}

static enum error close_season(struct storing *storing)
{
    const struct season_data *data = storing->data;
    struct json json;
    TRY(ask(storing, SQL_FEEDS_SEASON_WEEK,
            PARAMS(P_INT(data->season), P_TIME(storing->options->now)), NULL));
    if (!has_changed(&data->report)) {
        return OK;
    }
    json_init(&json, data->arena);
    json_open_object(&json);
    json_member_text(&json, S("source"), data->source);
    for (size_t i = 0; i < IMPORT_KIND_COUNT; i++) {
        const struct tally *tally = &data->report.tallies[i];
        json_key(&json, import_kind_name((enum import_kind)i));
        json_open_object(&json);
        json_member_int(&json, S("new"), tally->fresh);
        json_member_int(&json, S("changed"), tally->changed);
        json_close_object(&json);
    }
    json_close_object(&json);
    return ask(storing, SQL_FEEDS_FINISH, PARAMS(P_INT(data->season), P_TEXT(json_done(&json))),
               NULL);
}

static enum error store_all(struct storing *storing)
{
    static const enum import_kind order[] = { IMPORT_TEAMS,   IMPORT_GAMES,    IMPORT_PLAYERS,
                                              IMPORT_STATS,   IMPORT_DEFENCES, IMPORT_PROJECTIONS,
                                              IMPORT_RANKINGS };
    TRY(open_season(storing));
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        TRY(store_kind(storing, order[i]));
    }
    TRY(close_season(storing));
    return storing->options->is_dry_run ? OK : tx_commit(&storing->tx);
}

enum error season_store(struct season_data *data, const struct store_options *options)
{
    struct storing storing = { .data = data, .options = options };
    CHECK(data->source.len > 0);
    CHECK(data->source.len <= 80);
    enum error error = tx_begin(&storing.arena, &storing.tx);
    if (error == OK) {
        error = store_all(&storing);
        tx_done(&storing.tx);
    }
    arena_done(&storing.arena);
    return error;
}
