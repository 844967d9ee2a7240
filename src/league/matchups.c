#include "league/matchups.h"

#include "base/json.h"
#include "league/playoffs.h"

static struct slice text_or_empty(const struct rows *rows, size_t row, const char *column)
{
    struct slice text = rows_text(rows, row, column);
    return text.ptr == NULL ? S("") : text;
}

static struct decision read_decision(const struct rows *rows, size_t row)
{
    return (struct decision){
        .matchup_id = rows_int(rows, row, "id"),
        .is_bracket = !slice_eq(rows_text(rows, row, "bracket"), S("none")),
        .decided_before = text_or_empty(rows, row, "decided_by"),
        .winner_before = text_or_empty(rows, row, "winner"),
        .home_team_id = rows_int(rows, row, "home_team_id"),
        .away_team_id = rows_int(rows, row, "away_team_id"),
        .home_points = rows_points(rows, row, "home_points"),
        .away_points = rows_points(rows, row, "away_points"),
    };
}

static enum error decide(struct change *change, const struct rows *rows, size_t row,
                         struct decision *decision)
{
    if (decision->away_team_id == 0) {
        decision->winner = S("home");
        decision->decided_by = S("bye");
        return OK;
    }
    if (decision->home_points != decision->away_points) {
        decision->winner = decision->home_points > decision->away_points ? S("home") : S("away");
        decision->decided_by = S("points");
        return OK;
    }
    if (!decision->is_bracket) {
        decision->winner = S("");
        decision->decided_by = S("tie");
        return OK;
    }
    struct tied_game game = { .first_week = (int)rows_int(rows, row, "week"),
                              .home_team_id = decision->home_team_id,
                              .away_team_id = decision->away_team_id,
                              .home_seed = (int)rows_int(rows, row, "home_seed"),
                              .away_seed = (int)rows_int(rows, row, "away_seed") };
    bool home_wins = false;
    TRY(playoffs_break_tie(change, &game, &home_wins, &decision->decided_by));
    decision->winner = home_wins ? S("home") : S("away");
    return OK;
}

static enum error load(struct change *change, const struct week *week, struct rows *ret_rows,
                       struct decisions *ret_decisions)
{
    TRY(tx_query(&change->tx, SQL_PLAY_WEEK_MATCHUPS,
                 PARAMS(P_INT(change->league.id), P_INT(week->week)), ret_rows));
    ret_decisions->list = ARENA_ARRAY(change->arena, ret_rows->count, struct decision);
    ret_decisions->count = ret_rows->count;
    for (size_t i = 0; i < ret_rows->count; i++) {
        ret_decisions->list[i] = read_decision(ret_rows, i);
    }
    return OK;
}

enum error matchups_decide(struct change *change, const struct week *week,
                           struct decisions *ret_decisions)
{
    *ret_decisions = (struct decisions){ .count = 0 };
    if (!week->is_last_of_matchup) {
        return OK;
    }
    struct rows rows;
    TRY(load(change, week, &rows, ret_decisions));
    for (size_t i = 0; i < ret_decisions->count; i++) {
        TRY(decide(change, &rows, i, &ret_decisions->list[i]));
    }
    return OK;
}

enum error matchups_correct(struct change *change, const struct week *week,
                            struct decisions *ret_decisions)
{
    struct rows rows;
    TRY(load(change, week, &rows, ret_decisions));
    size_t count = 0;
    for (size_t i = 0; i < ret_decisions->count; i++) {
        struct decision decision = ret_decisions->list[i];
        if (decision.decided_before.len == 0) {
            continue; /* its last week is still to come */
        }
        TRY(decide(change, &rows, i, &decision));
        bool is_ruled = slice_eq(decision.decided_before, S("commissioner"));
        if ((decision.is_bracket || is_ruled) &&
            !slice_eq(decision.winner, decision.winner_before)) {
            decision.winner = decision.winner_before;
            decision.decided_by = S("commissioner");
            decision.note = S("The result stood when a later correction changed the points.");
        }
        ret_decisions->list[count++] = decision;
    }
    ret_decisions->count = count;
    return OK;
}

static void put_text_or_null(struct json *json, struct slice key, struct slice text)
{
    if (text.len == 0) {
        json_member_null(json, key);
    } else {
        json_member_text(json, key, text);
    }
}

void matchups_store(struct change *change, const struct decisions *decisions)
{
    if (decisions->count == 0) {
        return;
    }
    struct json json;
    json_init(&json, change->arena);
    json_open_array(&json);
    for (size_t i = 0; i < decisions->count; i++) {
        const struct decision *decision = &decisions->list[i];
        json_open_object(&json);
        json_member_int(&json, S("id"), decision->matchup_id);
        put_text_or_null(&json, S("winner"), decision->winner);
        json_member_text(&json, S("decided_by"), decision->decided_by);
        put_text_or_null(&json, S("note"), decision->note);
        json_member_points(&json, S("home_points"), decision->home_points);
        json_member_points(&json, S("away_points"), decision->away_points);
        json_close_object(&json);
    }
    json_close_array(&json);
    tx_send(&change->tx, SQL_PLAY_MATCHUP_DECIDE,
            PARAMS(P_INT(change->league.id), P_TEXT(json_done(&json))));
}

struct slice decisions_json(struct arena *arena, const struct decisions *decisions)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t i = 0; i < decisions->count; i++) {
        const struct decision *decision = &decisions->list[i];
        json_open_object(&json);
        json_member_int(&json, S("matchupId"), decision->matchup_id);
        json_member_int(&json, S("home"), decision->home_team_id);
        if (decision->away_team_id != 0) {
            json_member_int(&json, S("away"), decision->away_team_id);
            json_member_points(&json, S("awayPoints"), decision->away_points);
        }
        json_member_points(&json, S("homePoints"), decision->home_points);
        put_text_or_null(&json, S("winner"), decision->winner);
        json_member_text(&json, S("decidedBy"), decision->decided_by);
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}
