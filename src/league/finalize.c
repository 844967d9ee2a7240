#include "league/finalize.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "league/frozen.h"
#include "league/lineup.h"
#include "league/matchups.h"
#include "league/playoffs.h"
#include "league/projection.h"
#include "league/scoring_load.h"
#include "rules/lineup.h"

enum { REASON_MAX = 500 };

/* ---- may it be? ---- */

static enum error check_force(struct change *change, const struct finalize_order *order)
{
    if (!order->is_forced) {
        return OK;
    }
    if (change->actor.kind != ACTOR_OPERATOR) {
        return refuse(change->faults, E_FORBIDDEN,
                      "Only an operator can make a week final before its games are over.");
    }
    if (order->reason.len == 0 || slice_code_points(order->reason) > REASON_MAX) {
        return refuse(change->faults, E_INVALID, "Say why, in 1 to %d characters.", REASON_MAX);
    }
    return OK;
}

static enum error check_week(struct change *change, const struct finalize_order *order,
                             const struct week *week)
{
    if (week->state == WEEK_FINAL) {
        return refuse(change->faults, E_WEEK_STATE, "Week %d is final already.", week->week);
    }
    if (week->state == WEEK_UPCOMING) {
        return refuse(change->faults, E_WEEK_STATE, "Week %d has not begun.", week->week);
    }
    if (!week->is_over && !order->is_forced) {
        return refuse(change->faults, E_WEEK_STATE,
                      "Week %d cannot be made final: %d of its games are not over.", week->week,
                      week->games_left);
    }
    return OK;
}

/* ---- freezing ---- */

struct freezing {
    struct change *change;
    const struct week *week;
    struct week_teams teams;
    struct json lines;  /* rows for lineup_slots */
    struct json scores; /* rows for team_week_scores */
    struct json told;   /* [{teamId, points, optimal}] */
};

static void put_line(struct freezing *freezing, const struct week_team *team, struct slice slot,
                     int ordinal, const struct week_player *player)
{
    struct json *json = &freezing->lines;
    json_open_object(json);
    json_member_int(json, S("team_id"), team->id);
    json_member_text(json, S("slot"), slot);
    json_member_int(json, S("ordinal"), ordinal);
    if (player != NULL) {
        json_member_int(json, S("player_id"), player->id);
        json_member_points(json, S("points"), player->points);
    }
    json_close_object(json);
}

/* Starters by slot, then everybody else. */
static void freeze_lines(struct freezing *freezing, const struct week_team *team)
{
    const struct week_teams *teams = &freezing->teams;
    const struct week_player *holder[SLOTS_MAX] = { NULL };
    for (size_t i = 0; i < team->player_count; i++) {
        if (team->players[i].slot != NO_SLOT) {
            holder[team->players[i].slot] = &team->players[i];
        }
    }
    for (size_t i = 0; i < teams->slot_count; i++) {
        enum slot_kind kind = slot_info(teams->slots[i])->kind;
        if (kind == SLOT_KIND_STARTER || (kind != SLOT_KIND_BENCH && holder[i] != NULL)) {
            put_line(freezing, team, slot_info(teams->slots[i])->key, slot_ordinal(teams, i),
                     holder[i]);
        }
    }
    int bench = 0;
    for (size_t i = 0; i < team->player_count; i++) {
        if (team->players[i].slot == NO_SLOT) {
            put_line(freezing, team, S("BN"), ++bench, &team->players[i]);
        }
    }
}

static points bench_points(const struct week_team *team)
{
    int64_t sum = 0;
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        sum +=
            player->slot == NO_SLOT && !player->is_reserve && !player->is_taxi ? player->points : 0;
    }
    return (points)sum;
}

void frozen_score(struct json *json, const struct week_teams *teams, const struct week_team *team)
{
    int16_t best[SLOTS_MAX];
    points lineup = team_lineup_points(team);
    points optimal = team_optimal_points(teams, team, best);
    json_open_object(json);
    json_member_int(json, S("team_id"), team->id);
    json_member_points(json, S("lineup_points"), lineup);
    json_member_points(json, S("bench_points"), bench_points(team));
    json_member_points(json, S("optimal_points"), optimal > lineup ? optimal : lineup);
    json_close_object(json);
}

/* Best ball: whoever scored most has started. */
static void start_the_best(const struct week_teams *teams, struct week_team *team)
{
    int16_t best[SLOTS_MAX];
    (void)team_optimal_points(teams, team, best);
    for (size_t i = 0; i < team->player_count; i++) {
        struct week_player *player = &team->players[i];
        if (!player->is_reserve && !player->is_taxi) {
            player->slot = NO_SLOT;
        }
    }
    for (size_t i = 0; i < teams->slot_count; i++) {
        if (best[i] != LINEUP_EMPTY) {
            team->players[best[i]].slot = (int)i;
        }
    }
}

static void freeze_team(struct freezing *freezing, struct week_team *team)
{
    if (freezing->change->league.is_best_ball) {
        start_the_best(&freezing->teams, team);
    }
    freeze_lines(freezing, team);
    frozen_score(&freezing->scores, &freezing->teams, team);
    json_open_object(&freezing->told);
    json_member_int(&freezing->told, S("teamId"), team->id);
    json_member_points(&freezing->told, S("points"), team_lineup_points(team));
    json_close_object(&freezing->told);
}

static struct slice all_team_ids(struct arena *arena, const struct week_teams *teams)
{
    struct buffer text;
    buffer_init(&text, arena);
    buffer_byte(&text, '{');
    for (size_t i = 0; i < teams->team_count; i++) {
        buffer_format(&text, "%s%" PRId64, i > 0 ? "," : "", teams->teams[i].id);
    }
    buffer_byte(&text, '}');
    return buffer_slice(&text);
}

/* Lineups, scores, week: everything a matchup is decided by. *ret_scores tells the points. */
static enum error freeze_week(struct change *change, const struct week *week,
                              struct slice *ret_scores)
{
    struct freezing freezing = { .change = change, .week = week };
    struct points_order order = { .profile_id = change->league.scoring_profile_id,
                                  .season = change->league.season,
                                  .week = week->week };
    TRY(points_refresh(&change->tx, order, NULL));
    TRY(week_load_teams(change, week->week, 0, &freezing.teams));
    struct json *lists[] = { &freezing.lines, &freezing.scores, &freezing.told };
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        json_init(lists[i], change->arena);
        json_open_array(lists[i]);
    }
    for (size_t i = 0; i < freezing.teams.team_count; i++) {
        freeze_team(&freezing, &freezing.teams.teams[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        json_close_array(lists[i]);
    }
    struct param league = P_INT(change->league.id);
    struct param number = P_INT(week->week);
    tx_send(&change->tx, SQL_PLAY_LINEUP_CLEAR,
            PARAMS(league, number, P_TEXT(all_team_ids(change->arena, &freezing.teams))));
    tx_send(&change->tx, SQL_PLAY_LINEUP_ADD,
            PARAMS(league, number, P_TEXT(json_done(&freezing.lines))));
    tx_send(&change->tx, SQL_PLAY_SCORES_STORE,
            PARAMS(league, number, P_TEXT(json_done(&freezing.scores)), P_TIME(change->now)));
    tx_send(&change->tx, SQL_PLAY_WEEK_SET_STATE,
            PARAMS(league, number, P_TEXT(S("final")), P_TIME(change->now)));
    *ret_scores = json_done(&freezing.told);
    return OK;
}

/* ---- what follows ---- */

static void tell_final(struct change *change, const struct finalize_order *order,
                       const struct week *week, struct slice scores, struct slice results)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_raw(&json, S("scores"), scores);
    json_member_raw(&json, S("results"), results);
    if (order->is_forced) {
        json_member_bool(&json, S("forced"), true);
        json_member_text(&json, S("reason"), order->reason);
    }
    json_close_object(&json);
    change_event(change, &(struct event){ .kind = S("week.finalized"),
                                          .week = week->week,
                                          .payload = json_done(&json) });
}

static enum error open_next(struct change *change, int week)
{
    struct projection_order order = { .profile_id = change->league.scoring_profile_id,
                                      .season = change->league.season,
                                      .week = week };
    TRY(lineups_carry_over(change, week));
    TRY(projections_refresh(&change->tx, order, NULL));
    tx_send(&change->tx, SQL_LEAGUE_OPEN_WEEK, PARAMS(P_INT(change->league.id), P_INT(week)));
    change_event(change, &(struct event){ .kind = S("week.opened"), .week = week });
    return OK;
}

static enum error go_on(struct change *change, const struct week *week, const struct table *table)
{
    if (week->is_playoff) {
        TRY(playoffs_advance(change, week));
    } else if (week->regular_left == 0) {
        TRY(playoffs_begin(change, table));
    }
    return week->next_week == 0 ? OK : open_next(change, week->next_week);
}

enum error week_finalize(struct change *change, int64_t league_id,
                         const struct finalize_order *order)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    TRY(change_require_state(change, 1u << LEAGUE_IN_SEASON | 1u << LEAGUE_PLAYOFFS));
    TRY(check_force(change, order));
    struct week week;
    struct slice scores;
    struct decisions decisions;
    struct table *table = ARENA_NEW(change->arena, struct table);
    TRY(week_load(change, order->week, &week));
    TRY(check_week(change, order, &week));
    TRY(freeze_week(change, &week, &scores));
    TRY(matchups_decide(change, &week, &decisions));
    matchups_store(change, &decisions);
    tell_final(change, order, &week, scores, decisions_json(change->arena, &decisions));
    TRY(standings_refresh(change, table));
    TRY(go_on(change, &week, table));
    struct slice next =
        week.next_week == 0 ? S("null") : arena_format(change->arena, "%d", week.next_week);
    return change_commit(change, arena_format(change->arena, "{\"week\":%d,\"nextWeek\":%.*s}",
                                              week.week, FMT(next)));
}
