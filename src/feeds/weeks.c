/* Weekly lines: which column is which statistic is decided once, by the header. */
#include "feeds/weeks.h"

#include "base/check.h"
#include "feeds/csv.h"
#include "feeds/people.h"
#include "feeds/stat_json.h"

enum week_column {
    WEEK_PLAYER,
    WEEK_NAME,
    WEEK_POSITION,
    WEEK_SEASON,
    WEEK_WEEK,
    WEEK_TYPE,
    WEEK_TEAM,
    WEEK_OPPONENT,
    WEEK_ESPN,
    WEEK_SLEEPER,
    WEEK_FG_LIST,
    WEEK_FG_MISSED_LIST,
    WEEK_COLUMN_COUNT
};

static const struct csv_column player_columns[] = {
    [WEEK_PLAYER] = { " player_id ", true },
    [WEEK_NAME] = { " player_display_name ", true },
    [WEEK_POSITION] = { " position ", true },
    [WEEK_SEASON] = { " season ", true },
    [WEEK_WEEK] = { " week ", true },
    [WEEK_TYPE] = { " season_type ", true },
    [WEEK_TEAM] = { " team recent_team ", true },
    [WEEK_OPPONENT] = { " opponent_team ", true },
    [WEEK_ESPN] = { " espn_id ", false },
    [WEEK_SLEEPER] = { " sleeper_id ", false },
    [WEEK_FG_LIST] = { " fg_made_list ", false },
    [WEEK_FG_MISSED_LIST] = { " fg_missed_list ", false },
};

static const struct csv_column team_columns[] = {
    [WEEK_PLAYER] = { "", false },    [WEEK_NAME] = { "", false },
    [WEEK_POSITION] = { "", false },  [WEEK_SEASON] = { " season ", true },
    [WEEK_WEEK] = { " week ", true }, [WEEK_TYPE] = { " season_type ", true },
    [WEEK_TEAM] = { " team ", true }, [WEEK_OPPONENT] = { " opponent_team ", true },
    [WEEK_ESPN] = { "", false },      [WEEK_SLEEPER] = { "", false },
    [WEEK_FG_LIST] = { "", false },   [WEEK_FG_MISSED_LIST] = { "", false },
};
_Static_assert(ARRAY_LEN(player_columns) == WEEK_COLUMN_COUNT, "one row per column");
_Static_assert(ARRAY_LEN(team_columns) == WEEK_COLUMN_COUNT, "one row per column");

/* Other names that nflverse's files have had or have for our statistics. Several columns of one
 * statistic are added up. */
static const struct {
    struct slice column;
    enum stat stat;
} other_names[] = {
    { S_INIT("interceptions"), STAT_PASSING_INTERCEPTIONS },
    { S_INIT("sacks"), STAT_SACKS_SUFFERED },
    { S_INIT("sack_yards"), STAT_SACK_YARDS_LOST },
    { S_INIT("fumbles_total"), STAT_FUMBLES },
    { S_INIT("fumbles_lost_total"), STAT_FUMBLES_LOST },
    { S_INIT("passing_40"), STAT_COMPLETIONS_40 },
    { S_INIT("rushing_40"), STAT_CARRIES_40 },
    { S_INIT("receiving_40"), STAT_RECEPTIONS_40 },
    { S_INIT("fumble_recovery_yards_opp"), STAT_DEF_FUMBLE_RETURN_YARDS },
    { S_INIT("def_punt_blocks"), STAT_DEF_BLOCKED_KICKS },
    { S_INIT("def_pat_blocks"), STAT_DEF_BLOCKED_KICKS },
    { S_INIT("def_fg_blocks"), STAT_DEF_BLOCKED_KICKS },
    { S_INIT("def_2pt_made"), STAT_TEAM_2PT_RETURNS },
};

struct reading_weeks {
    struct season_data *data;
    enum stat_of of;
    bool is_clubs;
    enum stat stats[CSV_COLUMNS_MAX]; /* by the file's column; STAT_COUNT for none */
};

static enum stat stat_of_column(enum stat_of of, struct slice column)
{
    enum stat stat = stat_from_nflverse(of, column);
    for (size_t i = 0; of == STAT_OF_PLAYER && stat == STAT_COUNT && i < ARRAY_LEN(other_names);
         i++) {
        stat = slice_eq(other_names[i].column, column) ? other_names[i].stat : STAT_COUNT;
    }
    return stat;
}

static enum error take_header(void *thing, const struct slice *names, size_t count)
{
    struct reading_weeks *reading = thing;
    struct season_data *data = reading->data;
    bool has_allowed = false;
    for (size_t i = 0; i < count; i++) {
        has_allowed |= slice_eq(names[i], S("points_allowed"));
    }
    /* nflverse's own file of clubs has the players' columns. */
    reading->of = reading->is_clubs && has_allowed ? STAT_OF_TEAM : STAT_OF_PLAYER;
    bool *covers = reading->is_clubs ? data->covers_team : data->covers_player;
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        reading->stats[i] = stat_of_column(reading->of, names[i]);
        if (reading->stats[i] < STAT_COUNT) {
            found++;
            covers[reading->stats[i]] |= reading->is_clubs == (reading->of == STAT_OF_TEAM);
        }
        if (slice_eq(names[i], S("fg_made_list")) && !reading->is_clubs) {
            covers[STAT_FG_YARDS] = true;
            covers[STAT_FG_YARDS_OVER_30] = true;
        }
        if (slice_eq(names[i], S("fg_missed_list")) && !reading->is_clubs) {
            covers[STAT_FG_MISSED_YARDS] = true;
        }
    }
    for (size_t i = 0; i < STAT_COUNT; i++) {
        covers[i] |= stat_info((enum stat)i)->of == STAT_OF_SUM;
    }
    data->covers_player[STAT_TEAM_2PT_RETURNS] = false;
    return found >= 5 ? OK
                      : refuse(data->faults, E_FEED,
                               "the file of weekly statistics has almost no column that is known");
}

/* "28;54;37": distances of field goals, summed; and the parts of each that lie over `least`. */
static enum error sum_distances(const struct csv_row *row, enum week_column column, int64_t least,
                                int64_t *ret_yards, int64_t *ret_over)
{
    struct slice rest = csv_text(row, column);
    *ret_yards = *ret_over = 0;
    while (rest.ptr != NULL && rest.len > 0) {
        struct slice text = slice_trim(slice_cut(&rest, ';'));
        int64_t yards = 0;
        if (slice_to_int(text, &yards) != OK || yards < 1 || yards > 99) {
            return csv_fault(row, row->where[column], "\"%.*s\" is not a distance", FMT(text));
        }
        *ret_yards += yards;
        *ret_over += yards > least ? yards - least : 0;
    }
    return OK;
}

static enum error read_field_goals(const struct csv_row *row, struct stat_line *line)
{
    int64_t made, over_30, missed, unused;
    TRY(sum_distances(row, WEEK_FG_LIST, 30, &made, &over_30));
    TRY(sum_distances(row, WEEK_FG_MISSED_LIST, 0, &missed, &unused));
    line->values[STAT_FG_YARDS] += (stat_value)made * STAT_ONE;
    line->values[STAT_FG_YARDS_OVER_30] += (stat_value)over_30 * STAT_ONE;
    line->values[STAT_FG_MISSED_YARDS] += (stat_value)missed * STAT_ONE;
    return OK;
}

static enum error read_line(const struct reading_weeks *reading, const struct csv_row *row,
                            struct stat_line *ret_line)
{
    struct stat_line line = { .has_played = true };
    for (size_t i = 0; i < row->count; i++) {
        enum stat stat = reading->stats[i];
        int32_t value = 0;
        if (stat == STAT_COUNT) {
            continue;
        }
        TRY(csv_thousandths(row, i, &value));
        if (__builtin_add_overflow(line.values[stat], value, &line.values[stat])) {
            return csv_fault(row, i, "is too large");
        }
    }
    TRY(read_field_goals(row, &line));
    stat_derive(&line);
    *ret_line = line;
    return OK;
}

static enum error read_when(const struct csv_row *row, struct week_row *week)
{
    struct slice type = csv_text(row, WEEK_TYPE);
    bool is_regular = slice_eq(type, S("REG"));
    if (!is_regular && !slice_eq(type, S("POST"))) {
        return csv_fault(row, row->where[WEEK_TYPE], "\"%.*s\" is neither REG nor POST", FMT(type));
    }
    week->season_type = is_regular ? S("REG") : S("POST");
    struct csv_bounds bounds = { is_regular ? 1 : 18, is_regular ? 18 : 22, -1 };
    TRY(csv_int(row, WEEK_WEEK, bounds, &week->week));
    return week->week > 0 ? OK : csv_fault(row, row->where[WEEK_WEEK], "is empty");
}

/* Each line may come once. */
static enum error see_line(struct season_data *data, const struct csv_row *row,
                           const struct week_row *week)
{
    struct slice who = week->player.ptr != NULL ? week->player : week->team;
    struct slice key = arena_format(data->arena, "%.*s %lld %.*s", FMT(week->season_type),
                                    (long long)week->week, FMT(who));
    if (index_find(&data->seen, key) != NULL) {
        return csv_fault(row, SIZE_MAX, "a second line for %.*s in %.*s week %lld", FMT(who),
                         FMT(week->season_type), (long long)week->week);
    }
    index_add(&data->seen, key, data);
    return OK;
}

static void add_person(struct season_data *data, const struct csv_row *row,
                       const struct week_row *week)
{
    struct person_facts facts = person_facts_none();
    facts.name = csv_text(row, WEEK_NAME);
    facts.position = csv_text(row, WEEK_POSITION);
    facts.team = week->team;
    facts.ids[ID_GSIS] = week->player;
    facts.ids[ID_ESPN] = csv_text(row, WEEK_ESPN);
    facts.ids[ID_SLEEPER] = csv_text(row, WEEK_SLEEPER);
    people_add(data, &facts, PEOPLE_ROSTER);
}

void week_to_batch(struct season_data *data, enum import_kind kind, const struct week_row *row)
{
    struct json *json = batch_row(&data->batches[kind]);
    batch_text(json, S("gsis"), row->player);
    json_member_text(json, S("season_type"), row->season_type);
    json_member_int(json, S("week"), row->week);
    batch_text(json, S("team"), row->team);
    batch_text(json, S("opponent"), row->opponent);
    json_key(json, S("stats"));
    stat_json_write(json, &row->line);
    batch_row_end(&data->batches[kind]);
}

static enum error take_week(void *thing, const struct csv_row *row)
{
    struct reading_weeks *reading = thing;
    struct season_data *data = reading->data;
    enum import_kind kind = reading->is_clubs ? IMPORT_DEFENCES : IMPORT_STATS;
    struct week_row week = { 0 };
    int64_t season = 0;
    TRY(csv_int(row, WEEK_SEASON, (struct csv_bounds){ 1920, 2199, 0 }, &season));
    if (season != data->season) {
        return OK;
    }
    TRY(read_when(row, &week));
    TRY(read_line(reading, row, &week.line));
    week.player = csv_text(row, WEEK_PLAYER);
    week.team = csv_text(row, WEEK_TEAM);
    week.opponent = csv_text(row, WEEK_OPPONENT);
    data->report.tallies[kind].read++;
    if (!reading->is_clubs && week.player.ptr == NULL) {
        report_reject(&data->report, kind, S("has no player id"),
                      arena_format(data->arena, "line %zu", row->line), 1);
        return OK;
    }
    if (week.player.len > 80 || week.team.ptr == NULL || week.team.len > 3) {
        return csv_fault(row, row->where[WEEK_TEAM], "\"%.*s\" is not a club's code",
                         FMT(week.team));
    }
    TRY(see_line(data, row, &week));
    team_weeks_add(data, &week, reading->of);
    if (!reading->is_clubs) {
        week.line.values[STAT_TEAM_2PT_RETURNS] = 0; /* the club's, not the player's */
        add_person(data, row, &week);
    }
    if (!reading->is_clubs || reading->of == STAT_OF_TEAM) {
        week_to_batch(data, kind, &week);
    }
    return OK;
}

static enum error read_weeks(struct season_data *data, const struct feed_file *file, bool is_clubs)
{
    struct reading_weeks *reading = ARENA_NEW(data->arena, struct reading_weeks);
    reading->data = data;
    reading->is_clubs = is_clubs;
    struct csv_shape shape = { .columns = is_clubs ? team_columns : player_columns,
                               .column_count = WEEK_COLUMN_COUNT,
                               .header = take_header,
                               .row = take_week,
                               .thing = reading };
    return csv_read(file->name, file->bytes, &shape, data->faults);
}

enum error read_player_weeks(struct season_data *data, const struct feed_file *file)
{
    return read_weeks(data, file, false);
}

enum error read_team_weeks(struct season_data *data, const struct feed_file *file)
{
    return read_weeks(data, file, true);
}
