/* Stat corrections to weeks that are final. */
#include "league/finalize.h"

#include "base/json.h"
#include "league/frozen.h"
#include "league/matchups.h"
#include "league/scoring_load.h"
#include "league/standings.h"

struct correcting {
    struct change *change;
    const struct week *week;
    struct week_teams teams;
    struct json lines;
    struct json scores;
    int changed;
};

static bool has_changed(const struct week_team *team)
{
    for (size_t i = 0; i < team->player_count; i++) {
        if (team->players[i].points != team->players[i].frozen) {
            return true;
        }
    }
    return false;
}

static int64_t frozen_lineup_points(const struct week_team *team)
{
    int64_t sum = 0;
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        sum +=
            player->slot != NO_SLOT && !player->is_reserve && !player->is_taxi ? player->frozen : 0;
    }
    return sum;
}

static void put_players(struct json *json, const struct week_team *team)
{
    json_open_array(json);
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        if (player->points != player->frozen) {
            json_open_object(json);
            json_member_int(json, S("playerId"), player->id);
            json_member_text(json, S("name"), player->name);
            json_member_points(json, S("old"), player->frozen);
            json_member_points(json, S("new"), player->points);
            json_close_object(json);
        }
    }
    json_close_array(json);
}

/* The games of the team whose winner is another now. */
static void put_flips(struct json *json, const struct decisions *decisions, int64_t team_id)
{
    json_open_array(json);
    for (size_t i = 0; i < decisions->count; i++) {
        const struct decision *decision = &decisions->list[i];
        bool is_mine = decision->home_team_id == team_id || decision->away_team_id == team_id;
        if (is_mine && !slice_eq(decision->winner, decision->winner_before)) {
            json_open_object(json);
            json_member_int(json, S("matchupId"), decision->matchup_id);
            json_member_text(json, S("old"), decision->winner_before);
            json_member_text(json, S("new"), decision->winner);
            json_close_object(json);
        }
    }
    json_close_array(json);
}

static void tell_correction(struct correcting *correcting, const struct week_team *team,
                            const struct decisions *decisions)
{
    struct json json;
    json_init(&json, correcting->change->arena);
    json_open_object(&json);
    json_member_points(&json, S("old"), (points)frozen_lineup_points(team));
    json_member_points(&json, S("new"), team_lineup_points(team));
    json_key(&json, S("players"));
    put_players(&json, team);
    json_key(&json, S("results"));
    put_flips(&json, decisions, team->id);
    json_close_object(&json);
    change_event(correcting->change, &(struct event){ .kind = S("score.corrected"),
                                                      .team_id = team->id,
                                                      .week = correcting->week->week,
                                                      .payload = json_done(&json) });
}

static void correct_team(struct correcting *correcting, const struct week_team *team)
{
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        if (player->points != player->frozen) {
            json_open_object(&correcting->lines);
            json_member_int(&correcting->lines, S("team_id"), team->id);
            json_member_int(&correcting->lines, S("player_id"), player->id);
            json_member_points(&correcting->lines, S("points"), player->points);
            json_close_object(&correcting->lines);
        }
    }
    frozen_score(&correcting->scores, &correcting->teams, team);
    correcting->changed++;
}

static void send_corrections(struct correcting *correcting)
{
    struct change *change = correcting->change;
    struct param league = P_INT(change->league.id);
    struct param week = P_INT(correcting->week->week);
    json_close_array(&correcting->lines);
    json_close_array(&correcting->scores);
    tx_send(&change->tx, SQL_PLAY_LINES_CORRECT,
            PARAMS(league, week, P_TEXT(json_done(&correcting->lines))));
    tx_send(&change->tx, SQL_PLAY_SCORES_STORE,
            PARAMS(league, week, P_TEXT(json_done(&correcting->scores)), P_TIME(change->now)));
}

static enum error correct(struct correcting *correcting)
{
    struct change *change = correcting->change;
    const struct week_teams *teams = &correcting->teams;
    for (size_t i = 0; i < teams->team_count; i++) {
        if (has_changed(&teams->teams[i])) {
            correct_team(correcting, &teams->teams[i]);
        }
    }
    if (correcting->changed == 0) {
        return OK;
    }
    send_corrections(correcting);
    struct decisions decisions;
    struct table *table = ARENA_NEW(change->arena, struct table);
    TRY(matchups_correct(change, correcting->week, &decisions));
    matchups_store(change, &decisions);
    for (size_t i = 0; i < teams->team_count; i++) {
        if (has_changed(&teams->teams[i])) {
            tell_correction(correcting, &teams->teams[i], &decisions);
        }
    }
    return standings_refresh(change, table);
}

enum error week_correct(struct change *change, int64_t league_id, int week)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    struct week loaded;
    TRY(week_load(change, week, &loaded));
    if (loaded.state != WEEK_FINAL) {
        return refuse(change->faults, E_WEEK_STATE,
                      "Week %d is not final: its points follow the statistics by themselves.",
                      loaded.week);
    }
    struct correcting correcting = { .change = change, .week = &loaded };
    struct points_order order = { .profile_id = change->league.scoring_profile_id,
                                  .season = change->league.season,
                                  .week = loaded.week };
    TRY(points_refresh(&change->tx, order, NULL));
    TRY(week_load_final(change, loaded.week, &correcting.teams));
    json_init(&correcting.lines, change->arena);
    json_init(&correcting.scores, change->arena);
    json_open_array(&correcting.lines);
    json_open_array(&correcting.scores);
    TRY(correct(&correcting));
    struct slice reply =
        arena_format(change->arena, "{\"week\":%d,\"teams\":%d}", loaded.week, correcting.changed);
    return correcting.changed == 0 ? change_commit_nothing(change, reply)
                                   : change_commit(change, reply);
}
