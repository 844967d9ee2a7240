/* After the last pick: rosters, schedule, season. */
#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "league/draft_internal.h"
#include "rules/schedule.h"

/* [{week, home, away}] by team id, from the same seed as the order. */
static struct slice schedule(struct change *change, const struct draft *draft,
                             const struct rows *teams)
{
    struct rng rng = draft_rng(draft, S("schedule"));
    struct pairing *pairings = ARENA_ARRAY(change->arena, SCHEDULE_PAIRINGS_MAX, struct pairing);
    size_t weeks = (size_t)(change->league.playoff_start_week - change->league.start_week);
    size_t count = schedule_make(teams->count, weeks, &rng, pairings);
    struct json json;
    json_init(&json, change->arena);
    json_open_array(&json);
    for (size_t i = 0; i < count; i++) {
        json_open_object(&json);
        json_member_int(&json, S("week"), change->league.start_week + pairings[i].week - 1);
        json_member_int(&json, S("home"), rows_int(teams, pairings[i].home, "id"));
        json_member_int(&json, S("away"), rows_int(teams, pairings[i].away, "id"));
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

static enum error make_schedule(struct change *change, const struct draft *draft)
{
    struct rows teams;
    TRY(tx_query(&change->tx, SQL_LEAGUE_TEAM_LIST, PARAMS(P_INT(change->league.id)), &teams));
    struct slice games = schedule(change, draft, &teams);
    tx_send(&change->tx, SQL_LEAGUE_SCHEDULE_ADD, PARAMS(P_INT(change->league.id), P_TEXT(games)));
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_raw(&json, S("matchups"), games);
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = S("schedule.made"), .payload = json_done(&json) });
    return OK;
}

enum error draft_finish(struct change *change, struct draft *draft)
{
    int64_t league_id = change->league.id;
    tx_send(&change->tx, SQL_DRAFT_COMPLETE,
            PARAMS(P_INT(league_id), P_INT(draft->id), P_TIME(change->now)));
    int64_t seq = change_event(
        change, &(struct event){ .kind = S("draft.completed"),
                                 .payload = arena_format(change->arena,
                                                         "{\"draftId\":%" PRId64 ",\"picks\":%d}",
                                                         draft->id, draft->last_pick) });
    tx_send(&change->tx, SQL_DRAFT_FILL_ROSTERS,
            PARAMS(P_INT(league_id), P_INT(draft->id), P_INT(seq), P_TIME(change->now)));
    tx_send(&change->tx, SQL_DRAFT_TRANSACTION,
            PARAMS(P_INT(league_id), P_INT(draft->id), P_INT(seq), P_TIME(change->now)));
    TRY(make_schedule(change, draft));
    tx_send(&change->tx, SQL_LEAGUE_SET_STATE, PARAMS(P_INT(league_id), P_TEXT(S("in_season"))));
    tx_send(&change->tx, SQL_LEAGUE_OPEN_WEEK,
            PARAMS(P_INT(league_id), P_INT(change->league.start_week)));
    change_event(change,
                 &(struct event){ .kind = S("season.started"), .week = change->league.start_week });
    draft->state = DRAFT_STATE_COMPLETE;
    draft->current_pick = 0;
    return OK;
}
