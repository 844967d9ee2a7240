#include "league/playoffs.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"

enum { SEEDS_MAX = TEAMS_MAX + 1 };

struct seeding {
    int64_t team_of[SEEDS_MAX]; /* by seed, from 1; 0: nobody */
    int count;                  /* seeds, consolation included */
};

/* ---- which brackets a league has ---- */

static int consolation_size(const struct change *change, int seeds)
{
    const struct league *league = &change->league;
    int left = seeds - league->playoff_teams;
    left = left > BRACKET_TEAMS_MAX ? BRACKET_TEAMS_MAX : left;
    if (slice_eq(league->consolation, S("none")) || left < 2) {
        return 0;
    }
    struct bracket_settings settings = { .team_count = (uint8_t)left,
                                         .start_week = (uint8_t)league->playoff_start_week,
                                         .length = league->playoff_rounds };
    return bracket_last_week(&settings) <= league->last_week ? left : 0;
}

static struct bracket_settings winners_settings(const struct league *league)
{
    return (struct bracket_settings){
        .team_count = (uint8_t)league->playoff_teams,
        .first_seed = 1,
        .start_week = (uint8_t)league->playoff_start_week,
        .length = league->playoff_rounds,
        .is_reseeded = league->is_reseeded,
        .has_third_place = league->has_third_place_game && league->playoff_teams >= 4,
    };
}

static struct bracket_settings consolation_settings(const struct league *league, int size)
{
    return (struct bracket_settings){
        .team_count = (uint8_t)size,
        .first_seed = (uint8_t)(league->playoff_teams + 1),
        .start_week = (uint8_t)league->playoff_start_week,
        .length = league->playoff_rounds,
        .is_reseeded = league->is_reseeded,
        .loser_advances = slice_eq(league->consolation, S("toilet_bowl")),
    };
}

/* ---- drawing ---- */

static bool is_known(const struct bracket_match *match)
{
    return match->home != 0 && match->away != 0;
}

/* From the top of the bracket, within the round. */
static int position_of(const struct bracket *bracket, uint8_t match)
{
    int position = 0;
    for (uint8_t i = 0; i <= match; i++) {
        position += bracket->matches[i].round == bracket->matches[match].round;
    }
    return position;
}

static void put_match(struct json *json, const struct bracket *bracket, uint8_t index,
                      const struct seeding *seeding)
{
    const struct bracket_match *match = &bracket->matches[index];
    json_open_object(json);
    json_member_int(json, S("week"), match->first_week);
    json_member_int(json, S("round"), match->round);
    json_member_int(json, S("position"), position_of(bracket, index));
    if (match->place != 0) {
        json_member_int(json, S("place"), match->place);
    }
    json_member_int(json, S("home_team_id"), seeding->team_of[match->home]);
    json_member_int(json, S("home_seed"), match->home);
    json_member_int(json, S("away_team_id"), seeding->team_of[match->away]);
    json_member_int(json, S("away_seed"), match->away);
    json_close_object(json);
}

/* Stores the games of the lowest undecided round that are known and not stored yet (`stored`). */
static void draw_round(struct change *change, struct slice key, const struct bracket *bracket,
                       const bool stored[BRACKET_MATCHES_MAX], const struct seeding *seeding)
{
    uint8_t round = bracket_current_round(bracket);
    struct json json;
    json_init(&json, change->arena);
    json_open_array(&json);
    int count = 0;
    for (uint8_t i = 0; i < bracket->match_count; i++) {
        const struct bracket_match *match = &bracket->matches[i];
        if (match->round == round && is_known(match) && !stored[i]) {
            put_match(&json, bracket, i, seeding);
            count++;
        }
    }
    json_close_array(&json);
    if (count == 0) {
        return;
    }
    struct slice games = json_done(&json);
    tx_send(&change->tx, SQL_PLAY_BRACKET_ADD,
            PARAMS(P_INT(change->league.id), P_TEXT(key), P_TEXT(games)));
    change_event(change, &(struct event){ .kind = S("playoffs.round_drawn"),
                                          .payload = arena_format(
                                              change->arena,
                                              "{\"bracket\":\"%.*s\",\"round\":%d,\"games\":%.*s}",
                                              FMT(key), round, FMT(games)) });
}

/* ---- beginning and end ---- */

static void end_season(struct change *change, int64_t champion_id)
{
    change_event(change, &(struct event){ .kind = S("league.champion"),
                                          .team_id = champion_id,
                                          .visibility = VISIBLE_TO_PUBLIC });
    tx_send(&change->tx, SQL_LEAGUE_SET_STATE,
            PARAMS(P_INT(change->league.id), P_TEXT(S("complete"))));
}

/* [{seed, team_id}] of the first `count` ranks. */
static struct slice seed_rows(struct arena *arena, const struct table *table, int count,
                              struct seeding *seeding)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (int i = 0; i < count; i++) {
        int64_t team_id = table->team_ids[table->rows[i].team];
        seeding->team_of[i + 1] = team_id;
        json_open_object(&json);
        json_member_int(&json, S("seed"), i + 1);
        json_member_int(&json, S("team_id"), team_id);
        json_close_object(&json);
    }
    json_close_array(&json);
    seeding->count = count;
    return json_done(&json);
}

enum error playoffs_begin(struct change *change, const struct table *table)
{
    const struct league *league = &change->league;
    if (league->playoff_teams == 0) {
        end_season(change, table->team_ids[table->rows[0].team]);
        return OK;
    }
    CHECK(league->playoff_teams <= (int)table->count);
    struct seeding seeding = { .count = 0 };
    int losers = consolation_size(change, (int)table->count);
    struct slice rows = seed_rows(change->arena, table, league->playoff_teams + losers, &seeding);
    tx_send(&change->tx, SQL_PLAY_SEEDS_STORE, PARAMS(P_INT(league->id), P_TEXT(rows)));
    tx_send(&change->tx, SQL_LEAGUE_SET_STATE, PARAMS(P_INT(league->id), P_TEXT(S("playoffs"))));
    change_event(change, &(struct event){ .kind = S("playoffs.seeded"),
                                          .visibility = VISIBLE_TO_PUBLIC,
                                          .payload = arena_format(change->arena, "{\"seeds\":%.*s}",
                                                                  FMT(rows)) });
    static const bool none[BRACKET_MATCHES_MAX] = { false };
    struct bracket_settings settings = winners_settings(league);
    struct bracket bracket;
    bracket_make(&settings, &bracket);
    draw_round(change, S("winners"), &bracket, none, &seeding);
    if (losers > 0) {
        settings = consolation_settings(league, losers);
        bracket_make(&settings, &bracket);
        draw_round(change, S("consolation"), &bracket, none, &seeding);
    }
    return OK;
}

/* ---- going on ---- */

static int find_match(const struct bracket *bracket, int round, int position)
{
    for (uint8_t i = 0; i < bracket->match_count; i++) {
        if (bracket->matches[i].round == round && position_of(bracket, i) == position) {
            return i;
        }
    }
    return -1;
}

/* Makes the bracket from its stored games. */
static enum error rebuild(struct change *change, struct slice key,
                          const struct bracket_settings *settings, struct bracket *ret_bracket,
                          bool ret_stored[BRACKET_MATCHES_MAX])
{
    struct rows rows;
    bracket_make(settings, ret_bracket);
    TRY(tx_query(&change->tx, SQL_PLAY_BRACKET_MATCHES,
                 PARAMS(P_INT(change->league.id), P_TEXT(key)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        int match = find_match(ret_bracket, (int)rows_int(&rows, i, "round"),
                               (int)rows_int(&rows, i, "position"));
        if (match < 0 || !is_known(&ret_bracket->matches[match])) {
            return refuse(change->faults, E_LEDGER,
                          "The stored bracket of %.*s does not fit its settings.",
                          FMT(change->league.name));
        }
        ret_stored[match] = true;
        if (!rows_null(&rows, i, "winner")) {
            bool home_wins = slice_eq(rows_text(&rows, i, "winner"), S("home"));
            (void)bracket_decide(ret_bracket, (uint8_t)(match + 1), home_wins ? 1 : 0,
                                 home_wins ? 0 : 1);
        }
    }
    return OK;
}

static enum error load_seeds(struct change *change, struct seeding *ret_seeding)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_PLAY_SEEDS, PARAMS(P_INT(change->league.id)), &rows));
    *ret_seeding = (struct seeding){ .count = (int)rows.count };
    for (size_t i = 0; i < rows.count; i++) {
        int64_t seed = rows_int(&rows, i, "seed");
        CHECK(seed >= 1);
        CHECK(seed < SEEDS_MAX);
        ret_seeding->team_of[seed] = rows_int(&rows, i, "team_id");
    }
    return OK;
}

enum error playoffs_advance(struct change *change, const struct week *week)
{
    struct seeding seeding;
    TRY(load_seeds(change, &seeding));
    struct bracket winners;
    bool stored[BRACKET_MATCHES_MAX] = { false };
    struct bracket_settings settings = winners_settings(&change->league);
    TRY(rebuild(change, S("winners"), &settings, &winners, stored));
    draw_round(change, S("winners"), &winners, stored, &seeding);
    int losers = seeding.count - change->league.playoff_teams;
    if (losers >= 2) {
        struct bracket bracket;
        bool drawn[BRACKET_MATCHES_MAX] = { false };
        settings = consolation_settings(&change->league, losers);
        TRY(rebuild(change, S("consolation"), &settings, &bracket, drawn));
        draw_round(change, S("consolation"), &bracket, drawn, &seeding);
    }
    if (week->next_week == 0) {
        uint8_t champion = bracket_champion(&winners);
        CHECK(champion != 0);
        end_season(change, seeding.team_of[champion]);
    }
    return OK;
}

enum error playoffs_break_tie(struct change *change, const struct tied_game *game,
                              bool *ret_home_wins, struct slice *ret_decided_by)
{
    struct slice rule = change->league.playoff_tie;
    if (!slice_eq(rule, S("higher_seed"))) {
        struct rows rows;
        TRY(tx_query(&change->tx, SQL_PLAY_TIE_FACTS,
                     PARAMS(P_INT(change->league.id), P_INT(game->first_week),
                            P_INT(game->home_team_id), P_INT(game->away_team_id)),
                     &rows));
        bool is_series = slice_eq(rule, S("season_series"));
        int64_t home =
            is_series ? rows_int(&rows, 0, "home_wins") : rows_points(&rows, 0, "home_bench");
        int64_t away =
            is_series ? rows_int(&rows, 0, "away_wins") : rows_points(&rows, 0, "away_bench");
        if (home != away) {
            *ret_home_wins = home > away;
            *ret_decided_by = rule;
            return OK;
        }
    }
    *ret_home_wins = game->home_seed < game->away_seed;
    *ret_decided_by = S("higher_seed");
    return OK;
}
