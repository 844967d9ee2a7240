#include "league/projection.h"

#include <stdlib.h>

#include "base/check.h"
#include "base/json.h"
#include "league/scoring_load.h"
#include "league/scoring_profile.h"

/* κ and γ in millionths. */
#define WEIGHT_ONE INT64_C(1000000)
#define KAPPA (5 * WEIGHT_ONE)
#define GAMMA INT64_C(940000)

points projection_of_games(const points *games, size_t count, int64_t mean_sum, int64_t mean_count)
{
    CHECK(mean_count > 0);
    CHECK(count <= PROJECTION_GAMES_MAX);
    int64_t sum = KAPPA / mean_count * mean_sum + KAPPA % mean_count * mean_sum / mean_count;
    int64_t weights = KAPPA;
    int64_t weight = WEIGHT_ONE;
    for (size_t i = 0; i < count; i++) {
        sum += weight * games[i];
        weights += weight;
        weight = weight * GAMMA / WEIGHT_ONE;
    }
    int64_t half = sum < 0 ? -weights / 2 : weights / 2;
    return (points)((sum + half) / weights);
}

struct projecting {
    struct arena *arena;
    struct rule_set set;
    int week;
    struct rows clubs; /* with the weeks they play */
    struct json out;
    size_t count;
    int64_t *stored; /* players with a stored line, in rising order */
    size_t stored_count;
    size_t covered[POSITION_COUNT];   /* stored lines */
    int64_t mean_sum[POSITION_COUNT]; /* hundredths over all games */
    int64_t mean_count[POSITION_COUNT];
};

/* Bit n is set when the club plays in week n; 0 for no club. */
static int64_t weeks_of_club(const struct projecting *projecting, struct slice code)
{
    for (size_t i = 0; i < projecting->clubs.count && code.ptr != NULL; i++) {
        if (slice_eq(rows_text(&projecting->clubs, i, "nfl_team_code"), code)) {
            return rows_int(&projecting->clubs, i, "weeks");
        }
    }
    return 0;
}

static void add(struct projecting *projecting, int64_t player_id, points value, struct slice source)
{
    struct json *json = &projecting->out;
    json_open_object(json);
    json_member_int(json, S("player_id"), player_id);
    json_member_points(json, S("points"), value);
    json_member_text(json, S("source"), source);
    json_close_object(json);
    projecting->count++;
}

static enum error add_stored(struct projecting *projecting, const struct rows *rows)
{
    projecting->stored = ARENA_ARRAY(projecting->arena, rows->count, int64_t);
    for (size_t i = 0; i < rows->count; i++) {
        int64_t player_id = rows_int(rows, i, "player_id");
        size_t count = projecting->stored_count;
        if (count > 0 && projecting->stored[count - 1] == player_id) {
            continue; /* an older source's */
        }
        int64_t weeks = weeks_of_club(projecting, rows_text(rows, i, "nfl_team_code"));
        if ((weeks >> projecting->week & 1) == 0) {
            continue;
        }
        projecting->stored[projecting->stored_count++] = player_id;
        struct stat_line line;
        TRY(stat_line_read(rows_text(rows, i, "stats"), &line));
        enum position position = position_from(rows_text(rows, i, "position"));
        projecting->covered[position]++;
        add(projecting, player_id, score_line(projecting->set, &line, position),
            rows_text(rows, i, "source"));
    }
    return OK;
}

/* The latest ones, as many as count. */
static size_t read_games(struct slice text, points ret_games[PROJECTION_GAMES_MAX])
{
    size_t count = 0;
    while (text.ptr != NULL && text.len > 0 && count < PROJECTION_GAMES_MAX) {
        enum error error = points_parse(slice_cut(&text, ' '), &ret_games[count]);
        CHECK(error == OK);
        count++;
    }
    return count;
}

static int compare_ids(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* His club plays, and he has not missed its latest games. */
static bool is_available(const struct projecting *projecting, const struct rows *rows, size_t row)
{
    int64_t weeks = weeks_of_club(projecting, rows_text(rows, row, "nfl_team_code"));
    if ((weeks >> projecting->week & 1) == 0 || rows_bool(rows, row, "is_out")) {
        return false;
    }
    int missed = 0;
    for (int64_t at = rows_int(rows, row, "last_week") + 1; at < projecting->week; at++) {
        missed += (weeks >> at & 1) != 0;
    }
    return missed <= PROJECTION_MISSED_MAX;
}

static bool is_expected(const struct projecting *projecting, const struct rows *rows, size_t row)
{
    int64_t player_id = rows_int(rows, row, "player_id");
    enum position position = position_from(rows_text(rows, row, "position"));
    return projecting->covered[position] < PROJECTION_COVER_MIN &&
           is_available(projecting, rows, row) &&
           bsearch(&player_id, projecting->stored, projecting->stored_count, sizeof(player_id),
                   compare_ids) == NULL;
}

static void add_own(struct projecting *projecting, const struct rows *rows)
{
    points games[PROJECTION_GAMES_MAX];
    for (size_t i = 0; i < rows->count; i++) {
        enum position position = position_from(rows_text(rows, i, "position"));
        size_t count = read_games(rows_text(rows, i, "points"), games);
        for (size_t g = 0; g < count; g++) {
            projecting->mean_sum[position] += games[g];
        }
        projecting->mean_count[position] += (int64_t)count;
    }
    for (size_t i = 0; i < rows->count; i++) {
        if (!is_expected(projecting, rows, i)) {
            continue;
        }
        enum position position = position_from(rows_text(rows, i, "position"));
        size_t count = read_games(rows_text(rows, i, "points"), games);
        add(projecting, rows_int(rows, i, "player_id"),
            projection_of_games(games, count, projecting->mean_sum[position],
                                projecting->mean_count[position]),
            S("astralfield"));
    }
}

enum error projections_refresh(struct tx *tx, struct projection_order order, size_t *ret_count)
{
    struct projecting projecting = { .arena = tx->arena, .week = order.week };
    TRY(scoring_load(tx->arena, tx, order.profile_id, &projecting.set));
    struct param profile = P_INT(order.profile_id);
    struct param season = P_INT(order.season);
    struct param week = P_INT(order.week);
    json_init(&projecting.out, tx->arena);
    json_open_array(&projecting.out);
    struct rows rows;
    struct rows positions;
    TRY(tx_query(tx, SQL_PLAY_CLUB_WEEKS, PARAMS(season), &projecting.clubs));
    TRY(tx_query(tx, SQL_PLAY_PROJECTION_LINES, PARAMS(season, week), &rows));
    TRY(add_stored(&projecting, &rows));
    TRY(tx_query(tx, SQL_PLAY_PROJECTION_POSITIONS, PARAMS(profile, season), &positions));
    struct param wanted = P_TEXT(rows_text(&positions, 0, "positions"));
    TRY(tx_query(tx, SQL_PLAY_PROJECTION_HISTORY, PARAMS(profile, season, week, wanted), &rows));
    add_own(&projecting, &rows);
    json_close_array(&projecting.out);
    tx_send(tx, SQL_PLAY_PROJECTIONS_CLEAR, PARAMS(profile, season, week));
    TRY(tx_query(tx, SQL_PLAY_PROJECTIONS_STORE,
                 PARAMS(profile, season, week, P_TEXT(json_done(&projecting.out))), NULL));
    if (ret_count != NULL) {
        *ret_count = projecting.count;
    }
    return OK;
}

enum error projections_ensure(struct tx *tx, struct projection_order order)
{
    struct rows rows;
    TRY(tx_query(tx, SQL_PLAY_PROJECTIONS_COUNT,
                 PARAMS(P_INT(order.profile_id), P_INT(order.season), P_INT(order.week)), &rows));
    if (rows_int(&rows, 0, "projections") > 0) {
        return OK;
    }
    struct points_order earlier = { .profile_id = order.profile_id, .season = order.season - 1 };
    TRY(points_refresh(tx, earlier, NULL));
    earlier.season = order.season;
    TRY(points_refresh(tx, earlier, NULL));
    return projections_refresh(tx, order, NULL);
}
