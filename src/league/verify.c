#include "league/verify.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/check.h"
#include "league/ledger.h"
#include "league/scoring_load.h"
#include "league/scoring_profile.h"
#include "league/standings.h"

enum { EVENTS_PER_READ = 1000, HASH_DIGITS = 2 * LEDGER_HASH_BYTES, LAST_NFL_WEEK = 22 };

/* One statement each; its rows are what offends. */
static const struct {
    struct slice name;
    enum sql_id sql;
} invariants[] = {
    { S_INIT("commands"), SQL_PLAY_VERIFY_COMMANDS },
    { S_INIT("rosters"), SQL_PLAY_VERIFY_ROSTERS },
    { S_INIT("lineups"), SQL_PLAY_VERIFY_LINEUPS },
    { S_INIT("schedule"), SQL_PLAY_VERIFY_SCHEDULE },
    { S_INIT("scores"), SQL_PLAY_VERIFY_SCORES },
    { S_INIT("points"), SQL_PLAY_VERIFY_POINTS },
    { S_INIT("matchups"), SQL_PLAY_VERIFY_MATCHUPS },
    { S_INIT("faab"), SQL_PLAY_VERIFY_FAAB },
    { S_INIT("waivers"), SQL_PLAY_VERIFY_WAIVERS },
    { S_INIT("draft"), SQL_PLAY_VERIFY_DRAFT },
    { S_INIT("trades"), SQL_PLAY_VERIFY_TRADES },
};

static const struct {
    struct slice name;
    enum sql_id sql;
} everywhere[] = {
    { S_INIT("accounts"), SQL_PLAY_VERIFY_ACCOUNTS },
    { S_INIT("audit"), SQL_PLAY_VERIFY_AUDIT },
};

struct verifying {
    struct arena *arena;   /* of the report */
    struct arena *scratch; /* of the league in hand */
    struct tx tx;
    struct verify_report *report;
    int64_t league_id;
    struct slice league;
};

/* Keeps a fault; the texts are copied out of the scratch. */
static void break_at(struct verifying *verifying, struct verify_fault fault)
{
    struct verify_report *report = verifying->report;
    if (report->is_broken) {
        return;
    }
    report->is_broken = true;
    fault.league_id = verifying->league_id;
    fault.league = arena_copy(verifying->arena, verifying->league);
    fault.check = arena_copy(verifying->arena, fault.check);
    fault.what = arena_copy(verifying->arena, fault.what);
    fault.expected = arena_copy(verifying->arena, fault.expected);
    fault.found = arena_copy(verifying->arena, fault.found);
    report->fault = fault;
}

/* ---- the chain ---- */

static struct slice hex_of(struct arena *arena, const unsigned char hash[LEDGER_HASH_BYTES])
{
    char text[HASH_DIGITS + 1];
    sodium_bin2hex(text, sizeof(text), hash, LEDGER_HASH_BYTES);
    return arena_copy(arena, slice_from(text));
}

static struct slice read_event(const struct rows *rows, size_t row, int64_t league_id,
                               struct ledger_event *ret_event)
{
    *ret_event = (struct ledger_event){
        .league_id = league_id,
        .seq = rows_int(rows, row, "seq"),
        .command_id = rows_text(rows, row, "command_id"),
        .kind = rows_text(rows, row, "kind"),
        .actor_kind = rows_text(rows, row, "actor_kind"),
        .actor_user_id = rows_int(rows, row, "actor_user_id"),
        .team_id = rows_int(rows, row, "team_id"),
        .week = rows_null(rows, row, "week") ? -1 : (int)rows_int(rows, row, "week"),
        .visibility = rows_text(rows, row, "visibility"),
        .at = rows_int(rows, row, "at_us"),
        .payload = rows_text(rows, row, "payload"),
    };
    struct slice prev = rows_text(rows, row, "prev_hash");
    size_t len = 0;
    int status = sodium_hex2bin(ret_event->prev_hash, LEDGER_HASH_BYTES, prev.ptr, prev.len, NULL,
                                &len, NULL);
    CHECK(status == 0);
    return prev;
}

/* Checks one event against the one before; *last becomes its stored hash. */
static void check_event(struct verifying *verifying, const struct rows *rows, size_t row,
                        struct slice *last)
{
    struct ledger_event event;
    unsigned char hash[LEDGER_HASH_BYTES];
    verifying->report->events++;
    struct slice prev = read_event(rows, row, verifying->league_id, &event);
    ledger_hash(verifying->scratch, &event, hash);
    struct slice made = hex_of(verifying->scratch, hash);
    struct slice stored = rows_text(rows, row, "hash");
    if (!slice_eq(prev, *last)) {
        break_at(verifying, (struct verify_fault){ .check = S("chain"),
                                                   .seq = event.seq,
                                                   .what = S("link to the event before"),
                                                   .expected = *last,
                                                   .found = prev });
    }
    if (!slice_eq(made, stored)) {
        break_at(verifying,
                 (struct verify_fault){
                     .check = S("chain"),
                     .seq = event.seq,
                     .what = arena_format(verifying->scratch, "hash of %.*s", FMT(event.kind)),
                     .expected = made,
                     .found = stored });
    }
    *last = arena_copy(verifying->arena, stored);
}

static void break_numbers(struct verifying *verifying, int64_t expected, int64_t found)
{
    break_at(verifying,
             (struct verify_fault){
                 .check = S("chain"),
                 .seq = expected,
                 .what = S("number of an event"),
                 .expected = arena_format(verifying->scratch, "%" PRId64, expected),
                 .found = found == 0 ? S("no event")
                                     : arena_format(verifying->scratch, "%" PRId64, found) });
}

static enum error check_chain(struct verifying *verifying, int64_t head_seq, struct slice head_hash)
{
    struct slice last = arena_format(verifying->arena, "%0*d", HASH_DIGITS, 0);
    int64_t after = 0;
    while (after < head_seq && !verifying->report->is_broken) {
        struct rows rows;
        TRY(tx_query(&verifying->tx, SQL_LEAGUE_EVENTS_VERIFY,
                     PARAMS(P_INT(verifying->league_id), P_INT(after), P_INT(EVENTS_PER_READ)),
                     &rows));
        for (size_t i = 0; i < rows.count; i++) {
            int64_t seq = rows_int(&rows, i, "seq");
            if (seq != ++after) {
                break_numbers(verifying, after, seq);
                return OK;
            }
            check_event(verifying, &rows, i, &last);
        }
        if (rows.count == 0) {
            break_numbers(verifying, after + 1, 0);
        }
    }
    if (!slice_eq(last, head_hash)) {
        break_at(verifying, (struct verify_fault){ .check = S("chain"),
                                                   .seq = head_seq,
                                                   .what = S("head of the league"),
                                                   .expected = last,
                                                   .found = head_hash });
    }
    verifying->report->checks++;
    return OK;
}

/* ---- statements ---- */

static enum error check_statement(struct verifying *verifying, struct slice name, enum sql_id sql,
                                  struct params params)
{
    struct rows rows;
    TRY(tx_query(&verifying->tx, sql, params, &rows));
    verifying->report->checks++;
    if (rows.count > 0) {
        break_at(verifying, (struct verify_fault){ .check = name,
                                                   .seq = rows_int(&rows, 0, "seq"),
                                                   .what = rows_text(&rows, 0, "what"),
                                                   .expected = rows_text(&rows, 0, "expected"),
                                                   .found = rows_text(&rows, 0, "found") });
    }
    return OK;
}

/* ---- made again ---- */

/* "1: team 77, 9-5-0, 148488 for, 144226 against, L1, points-for" */
static struct slice place_text(struct arena *arena, int64_t team_id, const struct standing *row)
{
    return arena_format(arena, "team %" PRId64 " %d-%d-%d %" PRId64 ":%" PRId64 " %.*s %.*s",
                        team_id, row->record.wins, row->record.losses, row->record.ties,
                        row->points_for, row->points_against, FMT(standing_streak(arena, row)),
                        FMT(criterion_info(row->decided_by)->key));
}

static int64_t hundredths(const struct rows *rows, size_t row, const char *column)
{
    return rows_millionths(rows, row, column) / 10000;
}

static struct slice stored_text(struct arena *arena, const struct rows *rows, size_t row)
{
    struct slice streak = rows_text(rows, row, "streak");
    return arena_format(
        arena,
        "team %" PRId64 " %" PRId64 "-%" PRId64 "-%" PRId64 " %" PRId64 ":%" PRId64 " %.*s %.*s",
        rows_int(rows, row, "team_id"), rows_int(rows, row, "wins"), rows_int(rows, row, "losses"),
        rows_int(rows, row, "ties"), hundredths(rows, row, "points_for"),
        hundredths(rows, row, "points_against"), FMT(streak),
        FMT(rows_text(rows, row, "decided_by")));
}

static enum error check_standings(struct verifying *verifying)
{
    struct table *table = ARENA_NEW(verifying->scratch, struct table);
    struct rows rows;
    TRY(standings_compute(verifying->scratch, &verifying->tx, verifying->league_id, table));
    TRY(tx_query(&verifying->tx, SQL_PLAY_STANDINGS_STORED, PARAMS(P_INT(verifying->league_id)),
                 &rows));
    verifying->report->checks++;
    size_t count = table->through_week == 0 ? 0 : table->count;
    for (size_t i = 0; i < count || i < rows.count; i++) {
        struct slice expected =
            i < count ? place_text(verifying->scratch, table->team_ids[table->rows[i].team],
                                   &table->rows[i])
                      : S("nobody");
        struct slice found =
            i < rows.count ? stored_text(verifying->scratch, &rows, i) : S("nobody");
        if (!slice_eq(expected, found)) {
            break_at(verifying, (struct verify_fault){
                                    .check = S("standings"),
                                    .what = arena_format(verifying->scratch, "rank %zu", i + 1),
                                    .expected = expected,
                                    .found = found });
            return OK;
        }
    }
    return OK;
}

static enum error check_week_points(struct verifying *verifying, struct rule_set set,
                                    const struct rows *rows)
{
    for (size_t i = 0; i < rows->count && !verifying->report->is_broken; i++) {
        struct stat_line line;
        TRY(stat_line_read_from(rows_text(rows, i, "stat_source"), rows_text(rows, i, "stats"),
                                &line));
        points made = score_line(set, &line, position_from(rows_text(rows, i, "position")));
        points stored = rows_points(rows, i, "points");
        verifying->report->lines++;
        if (made != stored) {
            char text[POINTS_TEXT_MAX];
            break_at(verifying,
                     (struct verify_fault){
                         .check = S("scoring"),
                         .what = arena_format(verifying->scratch, "week %" PRId64 ", %.*s",
                                              rows_int(rows, i, "week"),
                                              FMT(rows_text(rows, i, "full_name"))),
                         .expected = arena_copy(verifying->scratch, points_print(made, text)),
                         .found = rows_text(rows, i, "points") });
        }
    }
    return OK;
}

static enum error check_points(struct verifying *verifying, int64_t profile_id, int64_t season)
{
    struct rule_set set;
    TRY(scoring_load(verifying->scratch, &verifying->tx, profile_id, &set));
    verifying->report->checks++;
    for (int64_t after = -1; after < LAST_NFL_WEEK && !verifying->report->is_broken; after++) {
        struct rows rows;
        TRY(tx_query(&verifying->tx, SQL_PLAY_VERIFY_FRESH,
                     PARAMS(P_INT(profile_id), P_INT(season), P_INT(after)), &rows));
        TRY(check_week_points(verifying, set, &rows));
    }
    return OK;
}

/* ---- all of it ---- */

static enum error check_league(struct verifying *verifying, const struct rows *rows)
{
    struct param league = P_INT(verifying->league_id);
    verifying->league = rows_text(rows, 0, "name");
    verifying->report->leagues++;
    TRY(check_chain(verifying, rows_int(rows, 0, "seq"), rows_text(rows, 0, "head_hash")));
    for (size_t i = 0; i < ARRAY_LEN(invariants) && !verifying->report->is_broken; i++) {
        TRY(check_statement(verifying, invariants[i].name, invariants[i].sql, PARAMS(league)));
    }
    if (verifying->report->is_broken) {
        return OK;
    }
    TRY(check_standings(verifying));
    return check_points(verifying, rows_int(rows, 0, "scoring_profile_id"),
                        rows_int(rows, 0, "season"));
}

/* A transaction that holds the league's row: nothing moves while we look. */
static enum error verify_league(struct verifying *verifying, int64_t league_id)
{
    CLEANUP(arena_done) struct arena scratch = { 0 };
    verifying->scratch = &scratch;
    verifying->league_id = league_id;
    struct rows rows;
    enum error error = tx_begin(&scratch, &verifying->tx);
    if (error == OK) {
        tx_send(&verifying->tx, SQL_LEAGUE_LOCK, PARAMS(P_INT(league_id)));
        error = tx_query(&verifying->tx, SQL_PLAY_VERIFY_LEAGUES, PARAMS(P_INT(league_id)), &rows);
    }
    if (error == OK && rows.count == 1) {
        error = check_league(verifying, &rows);
    }
    tx_done(&verifying->tx);
    return error;
}

static enum error verify_everywhere(struct verifying *verifying)
{
    CLEANUP(arena_done) struct arena scratch = { 0 };
    verifying->scratch = &scratch;
    verifying->league_id = 0;
    verifying->league = S("");
    enum error error = tx_begin(&scratch, &verifying->tx);
    for (size_t i = 0; i < ARRAY_LEN(everywhere) && error == OK; i++) {
        error = check_statement(verifying, everywhere[i].name, everywhere[i].sql, NO_PARAMS);
    }
    tx_done(&verifying->tx);
    return error;
}

enum error verify_ledger(struct arena *arena, struct faults *faults, int64_t league_id,
                         struct verify_report *ret_report)
{
    *ret_report = (struct verify_report){ .leagues = 0 };
    struct verifying verifying = { .arena = arena, .report = ret_report };
    struct rows leagues;
    TRY(db_read(arena, SQL_PLAY_VERIFY_LEAGUES, PARAMS(league_id == 0 ? P_NULL : P_INT(league_id)),
                &leagues));
    if (league_id != 0 && leagues.count == 0) {
        return refuse(faults, E_NOT_FOUND, "There is no league %" PRId64 ".", league_id);
    }
    for (size_t i = 0; i < leagues.count && !ret_report->is_broken; i++) {
        TRY(verify_league(&verifying, rows_int(&leagues, i, "id")));
    }
    return ret_report->is_broken ? OK : verify_everywhere(&verifying);
}
