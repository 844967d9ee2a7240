#include "league/scoring_load.h"

#include "base/json.h"
#include "league/scoring_profile.h"

/* [{season_type, week, player_id, points, revision}] of the stale lines. */
static enum error score_lines(struct arena *arena, struct rule_set set, const struct rows *rows,
                              struct slice *ret_rows)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t i = 0; i < rows->count; i++) {
        struct stat_line line;
        TRY(stat_line_read_from(rows_text(rows, i, "stat_source"), rows_text(rows, i, "stats"),
                                &line));
        enum position position = position_from(rows_text(rows, i, "position"));
        json_open_object(&json);
        json_member_text(&json, S("season_type"), rows_text(rows, i, "season_type"));
        json_member_int(&json, S("week"), rows_int(rows, i, "week"));
        json_member_int(&json, S("player_id"), rows_int(rows, i, "player_id"));
        json_member_points(&json, S("points"), score_line(set, &line, position));
        json_member_int(&json, S("revision"), rows_int(rows, i, "revision"));
        json_close_object(&json);
    }
    json_close_array(&json);
    *ret_rows = json_done(&json);
    return OK;
}

enum error points_refresh(struct tx *tx, struct points_order order, size_t *ret_lines)
{
    struct param profile = P_INT(order.profile_id);
    struct param season = P_INT(order.season);
    struct rows rows;
    TRY(tx_query(tx, SQL_PLAY_POINTS_STALE,
                 PARAMS(profile, season, order.week == 0 ? P_NULL : P_INT(order.week)), &rows));
    if (rows.count > 0) {
        struct rule_set set;
        struct slice scored;
        TRY(scoring_load(tx->arena, tx, order.profile_id, &set));
        TRY(score_lines(tx->arena, set, &rows, &scored));
        TRY(tx_query(tx, SQL_PLAY_POINTS_STORE, PARAMS(profile, season, P_TEXT(scored)), NULL));
    }
    if (ret_lines != NULL) {
        *ret_lines = rows.count;
    }
    return OK;
}

enum error points_refresh_season(struct arena *arena, int season, size_t *ret_lines)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(arena, &tx));
    struct rows profiles;
    TRY(tx_query(&tx, SQL_PLAY_SEASON_PROFILES, PARAMS(P_INT(season)), &profiles));
    size_t lines = 0;
    for (size_t i = 0; i < profiles.count; i++) {
        size_t count = 0;
        struct points_order order = { .profile_id = rows_int(&profiles, i, "profile_id"),
                                      .season = season };
        TRY(points_refresh(&tx, order, &count));
        lines += count;
    }
    TRY(tx_commit(&tx));
    if (ret_lines != NULL) {
        *ret_lines = lines;
    }
    return OK;
}
