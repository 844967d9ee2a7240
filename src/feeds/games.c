/* The schedule: nflverse's games.csv, whose times are US Eastern, and files that say kickoff_utc. */
#include "feeds/games.h"

#include "base/check.h"
#include "feeds/csv.h"
#include "feeds/eastern.h"

enum game_column {
    GAME_ID,
    GAME_SEASON,
    GAME_TYPE,
    GAME_WEEK,
    GAME_HOME,
    GAME_AWAY,
    GAME_HOME_SCORE,
    GAME_AWAY_SCORE,
    GAME_DAY,
    GAME_TIME,
    GAME_KICKOFF,
    GAME_LOCATION,
    GAME_NEUTRAL,
    GAME_VENUE,
    GAME_ROOF,
    GAME_TEMP,
    GAME_WIND,
    GAME_SPREAD,
    GAME_TOTAL,
    GAME_NFL,
    GAME_ESPN,
    GAME_COLUMN_COUNT
};

static const struct csv_column game_columns[] = {
    [GAME_ID] = { " game_id ", true },
    [GAME_SEASON] = { " season ", true },
    [GAME_TYPE] = { " game_type season_type ", true },
    [GAME_WEEK] = { " week ", true },
    [GAME_HOME] = { " home_team ", true },
    [GAME_AWAY] = { " away_team ", true },
    [GAME_HOME_SCORE] = { " home_score ", true },
    [GAME_AWAY_SCORE] = { " away_score ", true },
    [GAME_DAY] = { " gameday ", false },
    [GAME_TIME] = { " gametime ", false },
    [GAME_KICKOFF] = { " kickoff_utc ", false },
    [GAME_LOCATION] = { " location ", false },
    [GAME_NEUTRAL] = { " neutral_site ", false },
    [GAME_VENUE] = { " stadium venue ", false },
    [GAME_ROOF] = { " roof ", false },
    [GAME_TEMP] = { " temp ", false },
    [GAME_WIND] = { " wind ", false },
    [GAME_SPREAD] = { " spread_line ", false },
    [GAME_TOTAL] = { " total_line ", false },
    [GAME_NFL] = { " nfl_detail_id nfl_game_uuid ", false },
    [GAME_ESPN] = { " espn espn_event_id ", false },
};
_Static_assert(ARRAY_LEN(game_columns) == GAME_COLUMN_COUNT, "one row per column");

static const struct csv_bounds score_bounds = { 0, 200, BATCH_NO_NUMBER };

/* The source names rounds (WC, DIV, CON, SB) or season types (REG, POST, PRE). */
static enum error read_type(const struct csv_row *row, struct game *game)
{
    struct slice type = csv_text(row, GAME_TYPE);
    static const struct slice rounds[] = { S_INIT("WC"), S_INIT("DIV"), S_INIT("CON"), S_INIT("SB"),
                                           S_INIT("POST") };
    for (size_t i = 0; i < ARRAY_LEN(rounds); i++) {
        if (slice_eq(type, rounds[i])) {
            game->season_type = S("POST");
        }
    }
    if (slice_eq(type, S("REG"))) {
        game->season_type = S("REG");
    } else if (slice_eq(type, S("PRE"))) {
        game->season_type = S("PRE");
        /* NFL numbers these 18 to 21 in its feed; ours are 0 (Hall of Fame game) to 3. */
        game->week -= game->week > 5 ? 18 : 0;
    }
    bool is_fine = game->season_type.ptr != NULL && game->week >= 0 &&
                   (!slice_eq(game->season_type, S("PRE")) || game->week <= 5);
    return is_fine ? OK
                   : csv_fault(row, row->where[GAME_TYPE],
                               "\"%.*s\" in week %lld is not a kind of game", FMT(type),
                               (long long)game->week);
}

static enum error read_kickoff(const struct csv_row *row, struct game *game)
{
    struct slice kickoff = csv_text(row, GAME_KICKOFF);
    struct slice day = csv_text(row, GAME_DAY);
    struct slice time = csv_text(row, GAME_TIME);
    if (kickoff.ptr != NULL) {
        return utime_parse(kickoff, &game->kickoff) == OK
                   ? OK
                   : csv_fault(row, row->where[GAME_KICKOFF],
                               "\"%.*s\" is not a time with its offset", FMT(kickoff));
    }
    if (day.ptr == NULL || time.ptr == NULL) {
        return OK;
    }
    return eastern_to_utc(day, time, &game->kickoff) == OK
               ? OK
               : csv_fault(row, row->where[GAME_TIME], "\"%.*s %.*s\" is not a day and a time",
                           FMT(day), FMT(time));
}

/* A number with decimals in thousandths; BATCH_NO_NUMBER when the cell is empty or absent. */
static enum error read_line(const struct csv_row *row, size_t column, int64_t *ret_value)
{
    int32_t value = 0;
    if (csv_text(row, column).ptr == NULL) {
        *ret_value = BATCH_NO_NUMBER;
        return OK;
    }
    TRY(csv_thousandths(row, row->where[column], &value));
    *ret_value = value;
    return OK;
}

static enum error read_team(const struct csv_row *row, size_t column, struct arena *arena,
                            struct slice *ret_team)
{
    struct slice team = csv_text(row, column);
    if (team.len < 2 || team.len > 3) {
        return csv_fault(row, row->where[column], "\"%.*s\" is not a club's code", FMT(team));
    }
    *ret_team = arena_copy(arena, team);
    return OK;
}

static struct slice kept(struct arena *arena, struct slice text)
{
    return text.ptr == NULL ? text : arena_copy(arena, text);
}

static enum error read_game(struct season_data *data, const struct csv_row *row,
                            struct game *ret_game)
{
    struct game game = { 0 };
    int64_t neutral = 0;
    TRY(csv_int(row, GAME_WEEK, (struct csv_bounds){ 0, 25, -1 }, &game.week));
    TRY(read_type(row, &game));
    TRY(read_kickoff(row, &game));
    TRY(read_team(row, GAME_HOME, data->arena, &game.home));
    TRY(read_team(row, GAME_AWAY, data->arena, &game.away));
    TRY(csv_int(row, GAME_HOME_SCORE, score_bounds, &game.home_score));
    TRY(csv_int(row, GAME_AWAY_SCORE, score_bounds, &game.away_score));
    if ((game.home_score == BATCH_NO_NUMBER) != (game.away_score == BATCH_NO_NUMBER)) {
        return csv_fault(row, row->where[GAME_HOME_SCORE], "only one club has a score");
    }
    TRY(csv_int(row, GAME_TEMP, (struct csv_bounds){ -60, 140, BATCH_NO_NUMBER }, &game.temp));
    TRY(csv_int(row, GAME_WIND, (struct csv_bounds){ 0, 200, BATCH_NO_NUMBER }, &game.wind));
    TRY(csv_int(row, GAME_NEUTRAL, (struct csv_bounds){ 0, 1, 0 }, &neutral));
    TRY(read_line(row, GAME_SPREAD, &game.spread));
    TRY(read_line(row, GAME_TOTAL, &game.total));
    game.is_neutral = neutral == 1 || slice_eq(csv_text(row, GAME_LOCATION), S("Neutral"));
    game.venue = kept(data->arena, csv_text(row, GAME_VENUE));
    game.roof = kept(data->arena, csv_text(row, GAME_ROOF));
    game.nfl_id = kept(data->arena, csv_text(row, GAME_NFL));
    game.espn_id = kept(data->arena, csv_text(row, GAME_ESPN));
    *ret_game = game;
    return OK;
}

#define FILL_TEXT(field)                                                                           \
    if (old->field.ptr == NULL) {                                                                  \
        old->field = new->field;                                                                   \
    }
#define FILL_NUMBER(field)                                                                         \
    if (old->field == BATCH_NO_NUMBER) {                                                           \
        old->field = new->field;                                                                   \
    }

static void fill_gaps(struct game *old, const struct game *new, bool is_exact)
{
    FILL_TEXT(venue)
    FILL_TEXT(roof)
    FILL_TEXT(nfl_id)
    FILL_TEXT(espn_id)
    FILL_NUMBER(temp)
    FILL_NUMBER(wind)
    FILL_NUMBER(spread)
    FILL_NUMBER(total)
    if (old->home_score == BATCH_NO_NUMBER) {
        old->home_score = new->home_score;
        old->away_score = new->away_score;
    }
    if (old->kickoff == 0 || (is_exact && new->kickoff != 0)) {
        old->kickoff = new->kickoff; /* the wall clock's five minutes are coarser than the feed */
    }
}

static struct slice team_key(struct arena *arena, struct slice season_type, int64_t week,
                             struct slice team)
{
    return arena_format(arena, "%.*s %lld %.*s", FMT(season_type), (long long)week, FMT(team));
}

/* Makes the club find the game; false when it has another one in that week. */
static bool place_team(struct season_data *data, struct game *game, struct slice team)
{
    struct slice key = team_key(data->arena, game->season_type, game->week, team);
    const struct game *placed = index_find(&data->games_by_team, key);
    if (placed == NULL) {
        index_add(&data->games_by_team, key, game);
    }
    return placed == NULL || placed == game;
}

struct slice games_add(struct season_data *data, const struct game *game)
{
    struct game *added = ARENA_NEW(data->arena, struct game);
    struct slice rest = game->id; /* "2023_19_LA_DET" */
    slice_cut(&rest, '_');
    slice_cut(&rest, '_');
    struct slice away = slice_cut(&rest, '_');
    /* games.csv writes LAR where its ids and the statistics write LA: both must find the game. */
    struct slice clubs[] = { game->home, game->away, away, rest };
    *added = *game;
    for (size_t i = 0; i < ARRAY_LEN(clubs); i++) {
        if (clubs[i].len > 0 && !place_team(data, added, clubs[i])) {
            return clubs[i];
        }
    }
    index_add(&data->games_by_id, added->id, added);
    added->next = data->games;
    data->games = added;
    data->report.tallies[IMPORT_GAMES].read++;
    return (struct slice){ .ptr = NULL, .len = 0 };
}

struct reading_games {
    struct season_data *data;
    struct slice file;
    size_t rows;
};

static enum error take_game(void *thing, const struct csv_row *row)
{
    struct reading_games *reading = thing;
    struct season_data *data = reading->data;
    int64_t season = 0;
    struct game game = { 0 };
    TRY(csv_int(row, GAME_SEASON, (struct csv_bounds){ 1920, 2199, 0 }, &season));
    if (season != data->season) {
        return OK;
    }
    struct slice id = csv_text(row, GAME_ID);
    if (id.ptr == NULL) {
        return csv_fault(row, row->where[GAME_ID], "is empty");
    }
    TRY(read_game(data, row, &game));
    reading->rows++;
    struct game *old = index_find(&data->games_by_id, id);
    if (old != NULL) {
        fill_gaps(old, &game, csv_text(row, GAME_KICKOFF).ptr != NULL);
        return OK;
    }
    game.id = arena_copy(data->arena, id);
    struct slice twice = games_add(data, &game);
    return twice.ptr == NULL ? OK
                             : csv_fault(row, SIZE_MAX, "a second game of %.*s in %.*s week %lld",
                                         FMT(twice), FMT(game.season_type), (long long)game.week);
}

enum error read_games(struct season_data *data, const struct feed_file *file, size_t *ret_rows)
{
    struct reading_games reading = { .data = data };
    struct csv_shape shape = { .columns = game_columns,
                               .column_count = GAME_COLUMN_COUNT,
                               .row = take_game,
                               .thing = &reading };
    TRY(csv_read(file->name, file->bytes, &shape, data->faults));
    *ret_rows = reading.rows;
    return OK;
}

static void write_decimal(struct season_data *data, struct json *json, struct slice key,
                          int64_t thousandths)
{
    json_key(json, key);
    if (thousandths == BATCH_NO_NUMBER) {
        json_none(json);
        return;
    }
    int64_t size = thousandths < 0 ? -thousandths : thousandths;
    json_raw(json, arena_format(data->arena, "%s%lld.%lld", thousandths < 0 ? "-" : "",
                                (long long)(size / 1000), (long long)(size % 1000 / 100)));
}

static void write_game(struct season_data *data, const struct game *game)
{
    struct json *json = batch_row(&data->batches[IMPORT_GAMES]);
    bool is_final = game->home_score != BATCH_NO_NUMBER;
    json_member_text(json, S("nflverse_id"), game->id);
    json_member_text(json, S("season_type"), game->season_type);
    json_member_int(json, S("week"), game->week);
    json_member_text(json, S("home"), game->home);
    json_member_text(json, S("away"), game->away);
    json_member_text(json, S("state"), is_final ? S("final") : S("scheduled"));
    batch_int(json, S("home_score"), game->home_score);
    batch_int(json, S("away_score"), game->away_score);
    json_member_bool(json, S("is_neutral"), game->is_neutral);
    batch_text(json, S("venue"), game->venue);
    batch_text(json, S("roof"), game->roof);
    batch_int(json, S("temp"), game->temp);
    batch_int(json, S("wind"), game->wind);
    /* nflverse counts a favoured home club positive; ours is the handicap it gives. */
    write_decimal(data, json, S("home_spread"),
                  game->spread == BATCH_NO_NUMBER ? game->spread : -game->spread);
    write_decimal(data, json, S("total_line"), game->total);
    batch_text(json, S("nfl_id"), game->nfl_id);
    batch_text(json, S("espn_id"), game->espn_id);
    if (game->kickoff != 0) {
        json_member_time(json, S("kickoff"), game->kickoff);
    }
    batch_row_end(&data->batches[IMPORT_GAMES]);
}

void games_to_batches(struct season_data *data)
{
    for (struct game *game = data->games; game != NULL; game = game->next) {
        write_game(data, game);
    }
}

bool games_find(const struct season_data *data, struct slice season_type, int64_t week,
                struct slice team, struct team_result *ret_result)
{
    const struct game *game =
        index_find(&data->games_by_team, team_key(data->arena, season_type, week, team));
    if (game == NULL) {
        return false;
    }
    bool is_home = slice_eq(game->home, team) || slice_ends(game->id, team);
    *ret_result = (struct team_result){
        .opponent = is_home ? game->away : game->home,
        .points_allowed = is_home ? game->away_score : game->home_score,
    };
    return true;
}
