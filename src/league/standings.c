#include "league/standings.h"

#include "base/check.h"
#include "base/json.h"
#include "league/settings.h"

enum { COIN_SEED_DIGITS = 16 };

struct computing {
    struct arena *arena;
    struct table *table;
    uint8_t divisions[TEAMS_MAX];
    bool has_divisions;
    bool has_median_game;
    bool division_winners_first;
    uint64_t coin_seed;
    struct result *results;
    size_t result_count;
};

static uint64_t seed_of(struct slice hex)
{
    uint64_t seed = 0;
    for (size_t i = 0; i < hex.len && i < COIN_SEED_DIGITS; i++) {
        char digit = hex.ptr[i];
        seed = seed << 4 | (uint64_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    }
    return seed;
}

static void read_teams(struct computing *computing, const struct rows *rows)
{
    struct table *table = computing->table;
    CHECK(rows->count >= 1);
    CHECK(rows->count <= TEAMS_MAX);
    table->count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        table->team_ids[i] = rows_int(rows, i, "id");
        computing->divisions[i] = (uint8_t)rows_int(rows, i, "division");
        computing->has_divisions |= computing->divisions[i] > 0;
    }
    computing->has_median_game = rows_bool(rows, 0, "has_median_game");
    computing->division_winners_first = rows_bool(rows, 0, "division_winners_first");
    computing->coin_seed = seed_of(rows_text(rows, 0, "coin_seed"));
}

static uint8_t team_index(const struct table *table, int64_t team_id)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->team_ids[i] == team_id) {
            return (uint8_t)i;
        }
    }
    return TEAM_NONE;
}

static void read_results(struct computing *computing, const struct rows *rows)
{
    struct table *table = computing->table;
    CHECK(rows->count <= RESULTS_MAX);
    computing->results = ARENA_ARRAY(computing->arena, rows->count, struct result);
    computing->result_count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        int week = (int)rows_int(rows, i, "week");
        computing->results[i] = (struct result){
            .week = (uint8_t)week,
            .home = team_index(table, rows_int(rows, i, "home_team_id")),
            .away = team_index(table, rows_int(rows, i, "away_team_id")),
            .home_points = rows_points(rows, i, "home_points"),
            .away_points = rows_points(rows, i, "away_points"),
        };
        table->through_week = week > table->through_week ? week : table->through_week;
    }
}

enum error standings_compute(struct arena *arena, struct tx *tx, int64_t league_id,
                             struct table *ret_table)
{
    *ret_table = (struct table){ .count = 0 };
    struct computing computing = { .arena = arena, .table = ret_table };
    struct rows rows;
    struct chain chain;
    TRY(league_query(arena, tx, SQL_PLAY_STANDINGS_TEAMS, PARAMS(P_INT(league_id)), &rows));
    if (rows.count == 0) {
        return OK;
    }
    read_teams(&computing, &rows);
    TRY(league_query(arena, tx, SQL_PLAY_STANDINGS_RESULTS, PARAMS(P_INT(league_id)), &rows));
    read_results(&computing, &rows);
    TRY(league_chain(arena, tx, league_id, &chain));
    struct rng rng;
    uint8_t coin[TEAMS_MAX];
    rng_seed(&rng, computing.coin_seed);
    standings_draw(ret_table->count, &rng, coin);
    struct season season = {
        .team_count = ret_table->count,
        .division = computing.has_divisions ? computing.divisions : NULL,
        .coin = coin,
        .results = computing.results,
        .result_count = computing.result_count,
        .has_median_game = computing.has_median_game,
        .has_division_winners_first = computing.has_divisions && computing.division_winners_first,
        .chain = chain,
    };
    standings_make(&season, ret_table->rows);
    return OK;
}

struct slice standing_streak(struct arena *arena, const struct standing *standing)
{
    return standing->streak == 0
               ? S("")
               : arena_format(arena, "%c%d", standing->streak_kind, standing->streak);
}

static struct slice hundredths(struct arena *arena, int64_t value)
{
    int64_t size = value < 0 ? -value : value;
    return arena_format(arena, "%s%lld.%02lld", value < 0 ? "-" : "", (long long)(size / 100),
                        (long long)(size % 100));
}

static struct slice table_rows(struct arena *arena, const struct table *table)
{
    struct json json;
    json_init(&json, arena);
    json_open_array(&json);
    for (size_t i = 0; i < table->count; i++) {
        const struct standing *row = &table->rows[i];
        struct slice streak = standing_streak(arena, row);
        json_open_object(&json);
        json_member_int(&json, S("team_id"), table->team_ids[row->team]);
        json_member_int(&json, S("rank"), row->rank);
        json_member_int(&json, S("wins"), row->record.wins);
        json_member_int(&json, S("losses"), row->record.losses);
        json_member_int(&json, S("ties"), row->record.ties);
        json_member_raw(&json, S("points_for"), hundredths(arena, row->points_for));
        json_member_raw(&json, S("points_against"), hundredths(arena, row->points_against));
        if (streak.len > 0) {
            json_member_text(&json, S("streak"), streak);
        }
        json_member_text(&json, S("decided_by"), criterion_info(row->decided_by)->key);
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

enum error standings_refresh(struct change *change, struct table *ret_table)
{
    TRY(standings_compute(change->arena, &change->tx, change->league.id, ret_table));
    if (ret_table->through_week > 0) {
        tx_send(&change->tx, SQL_PLAY_STANDINGS_STORE,
                PARAMS(P_INT(change->league.id), P_INT(ret_table->through_week),
                       P_TEXT(table_rows(change->arena, ret_table))));
    }
    return OK;
}
