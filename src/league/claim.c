#include "league/claim.h"

#include "base/json.h"

enum error claim_find(struct change *change, int64_t team_id, struct claim *ret_claim)
{
    return tx_query(&change->tx, SQL_LEAGUE_CLAIM_FIND,
                    PARAMS(P_INT(change->league.id), P_INT(team_id), P_INT(change->actor.user_id)),
                    &ret_claim->places);
}

static void move_place(struct change *change, const struct claim *claim, size_t place)
{
    const struct rows *rows = &claim->places;
    struct param league = P_INT(rows_int(rows, place, "league_id"));
    struct param placeholder = P_INT(rows_int(rows, place, "placeholder_id"));
    struct param user = P_INT(change->actor.user_id);
    tx_send(&change->tx, SQL_LEAGUE_CLAIM_LEAVE, PARAMS(league, placeholder, P_TIME(change->now)));
    tx_send(&change->tx, SQL_LEAGUE_CLAIM_JOIN,
            PARAMS(league, user, P_TEXT(rows_text(rows, place, "role")), P_TIME(change->now)));
    tx_send(&change->tx, SQL_LEAGUE_CLAIM_TEAM, PARAMS(league, placeholder, user));
}

void claim_here(struct change *change, const struct claim *claim)
{
    move_place(change, claim, 0);
}

static void tell(struct change *change, const struct claim *claim, size_t place)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_text(&json, S("name"), rows_text(&claim->places, place, "team_name"));
    json_member_text(&json, S("manager"), rows_text(&claim->places, place, "display_name"));
    json_close_object(&json);
    change_event(change, &(struct event){ .kind = S("team.taken_over"),
                                          .team_id = rows_int(&claim->places, place, "team_id"),
                                          .payload = json_done(&json) });
}

enum error claim_commit(struct change *change, const struct claim *claim, struct slice answer)
{
    struct league league = change->league;
    int64_t seq = change->seq;
    change_leave(change, answer);
    for (size_t i = 1; i < claim->places.count; i++) {
        TRY(change_enter(change, rows_int(&claim->places, i, "league_id")));
        move_place(change, claim, i);
        tell(change, claim, i);
        change_leave(change, S(""));
    }
    TRY(tx_commit(&change->tx));
    change->league = league;
    change->seq = seq;
    change->answer = answer;
    return OK;
}
