/* NFL.com's weekly projections (one row per player and week, PlayerId = nfl id).
 *
 * The file holds the week's result beside the projection, and in some editions the statistic columns
 * themselves are the result. Only what was known before kickoff may be stored: each line is scored as
 * NFL.com does (half a point per reception), and where it comes nearer to the result than to the
 * projected points it is not taken; a file of which most lines do so is not taken at all. */
#include "base/check.h"
#include "feeds/csv.h"
#include "feeds/name.h"
#include "feeds/season_data.h"
#include "feeds/stat_json.h"
#include "rules/position.h"

enum projection_column {
    COLUMN_SEASON,
    COLUMN_WEEK,
    COLUMN_NAME,
    COLUMN_ID,
    COLUMN_POSITION,
    COLUMN_TEAM,
    COLUMN_PROJECTED,
    COLUMN_RESULT,
    COLUMN_STATS
};

/* The statistic columns, what they are here, and what NFL.com pays for a unit (millionths). */
static const struct {
    const char *column;
    enum stat stat;
    int64_t weight;
} parts[] = {
    { " PassingYDS ", STAT_PASSING_YARDS, 40000 },
    { " PassingTD ", STAT_PASSING_TDS, 4000000 },
    { " PassingInt ", STAT_PASSING_INTERCEPTIONS, -2000000 },
    { " RushingYDS ", STAT_RUSHING_YARDS, 100000 },
    { " RushingTD ", STAT_RUSHING_TDS, 6000000 },
    { " ReceivingRec ", STAT_RECEPTIONS, 500000 },
    { " ReceivingYDS ", STAT_RECEIVING_YARDS, 100000 },
    { " ReceivingTD ", STAT_RECEIVING_TDS, 6000000 },
    { " RetTD ", STAT_SPECIAL_TEAMS_TDS, 6000000 },
    { " FumTD ", STAT_FUMBLE_RECOVERY_TDS, 6000000 },
    { " 2PT ", STAT_COUNT, 2000000 },
    { " Fum ", STAT_OFFENSE_FUMBLES_LOST, -2000000 },
    { " PatMade ", STAT_PAT_MADE, 1000000 },
    { " PatMissed ", STAT_PAT_MISSED, 0 },
    { " FgMade_0-19 ", STAT_FG_MADE_0_19, 3000000 },
    { " FgMade_20-29 ", STAT_FG_MADE_20_29, 3000000 },
    { " FgMade_30-39 ", STAT_FG_MADE_30_39, 3000000 },
    { " FgMade_40-49 ", STAT_FG_MADE_40_49, 3000000 },
    { " FgMade_50 ", STAT_FG_MADE_50, 5000000 },
    { " FgMiss_0-19 ", STAT_FG_MISSED_0_19, 0 },
    { " FgMiss_20-29 ", STAT_FG_MISSED_20_29, 0 },
    { " FgMiss_30-39 ", STAT_FG_MISSED_30_39, 0 },
};

enum { COLUMN_COUNT = COLUMN_STATS + ARRAY_LEN(parts) };

struct reading_projections {
    struct season_data *data;
    struct batches kept;
    int64_t near_projection, near_result;
};

/* Whose two-point conversions they are, NFL.com does not say: by position. */
static enum stat two_points(enum position position)
{
    return position == POSITION_QB   ? STAT_PASSING_2PT
           : position == POSITION_RB ? STAT_RUSHING_2PT
                                     : STAT_RECEIVING_2PT;
}

static enum error read_line(const struct csv_row *row, enum position position,
                            struct stat_line *ret_line, int64_t *ret_millionths)
{
    struct stat_line line = { .has_played = true };
    int64_t millionths = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        int32_t value = 0;
        enum stat stat = parts[i].stat == STAT_COUNT ? two_points(position) : parts[i].stat;
        if (csv_text(row, COLUMN_STATS + i).ptr == NULL) {
            continue;
        }
        TRY(csv_thousandths(row, row->where[COLUMN_STATS + i], &value));
        line.values[stat] = value;
        millionths += value * parts[i].weight / STAT_ONE;
        if (stat >= STAT_FG_MADE_0_19 && stat <= STAT_FG_MADE_50) {
            line.values[STAT_FG_MADE] += value;
        }
        if (stat >= STAT_FG_MISSED_0_19 && stat <= STAT_FG_MISSED_50) {
            line.values[STAT_FG_MISSED] += value;
        }
    }
    line.values[STAT_FUMBLES_LOST] = line.values[STAT_OFFENSE_FUMBLES_LOST];
    stat_derive(&line);
    *ret_line = line;
    *ret_millionths = millionths;
    return OK;
}

static bool is_empty(const struct stat_line *line)
{
    for (size_t i = 0; i < STAT_COUNT; i++) {
        if (line->values[i] != 0) {
            return false;
        }
    }
    return true;
}

static int64_t distance(int64_t millionths, int32_t thousandths)
{
    int64_t apart = millionths - (int64_t)thousandths * 1000;
    return apart < 0 ? -apart : apart;
}

/* Whether the line is the result. Counts the rows in which the two can be told apart. */
static enum error is_result(struct reading_projections *reading, const struct csv_row *row,
                            int64_t millionths, bool *ret_is_result)
{
    int32_t projected = 0;
    int32_t result = 0;
    TRY(csv_thousandths(row, row->where[COLUMN_PROJECTED], &projected));
    TRY(csv_thousandths(row, row->where[COLUMN_RESULT], &result));
    *ret_is_result = distance(millionths, result) < distance(millionths, projected);
    if (distance((int64_t)projected * 1000, result) > 2000000) {
        reading->near_result += *ret_is_result;
        reading->near_projection += !*ret_is_result;
    }
    return OK;
}

static void keep(struct reading_projections *reading, const struct csv_row *row, int64_t week,
                 const struct stat_line *line)
{
    struct arena *arena = reading->data->arena;
    struct json *json = batch_row(&reading->kept);
    json_member_int(json, S("week"), week);
    json_member_text(json, S("nfl_id"), csv_text(row, COLUMN_ID));
    json_member_text(json, S("name"), csv_text(row, COLUMN_NAME));
    json_member_text(json, S("key"), name_key(arena, csv_text(row, COLUMN_NAME)));
    json_member_text(json, S("position"),
                     position_key(position_from(csv_text(row, COLUMN_POSITION))));
    batch_text(json, S("team"), csv_text(row, COLUMN_TEAM));
    json_key(json, S("stats"));
    stat_json_write(json, line);
    batch_row_end(&reading->kept);
}

static enum error take_projection(void *thing, const struct csv_row *row)
{
    struct reading_projections *reading = thing;
    struct report *report = &reading->data->report;
    int64_t season = 0;
    int64_t week = 0;
    int64_t millionths = 0;
    bool is_over = false;
    struct stat_line line = { 0 };
    TRY(csv_int(row, COLUMN_SEASON, (struct csv_bounds){ 1920, 2199, 0 }, &season));
    TRY(csv_int(row, COLUMN_WEEK, (struct csv_bounds){ 1, 22, 0 }, &week));
    if (season != reading->data->season) {
        return OK;
    }
    struct slice name = csv_text(row, COLUMN_NAME);
    struct slice id = csv_text(row, COLUMN_ID);
    if (name.ptr == NULL || name.len > 400 || id.ptr == NULL || id.len > 80 || week == 0) {
        return csv_fault(row, SIZE_MAX, "has no week, no PlayerName or no PlayerId");
    }
    TRY(read_line(row, position_from(csv_text(row, COLUMN_POSITION)), &line, &millionths));
    TRY(is_result(reading, row, millionths, &is_over));
    report->tallies[IMPORT_PROJECTIONS].read++;
    if (is_empty(&line)) {
        report_reject(report, IMPORT_PROJECTIONS, S("nothing is projected"),
                      arena_copy(reading->data->arena, name), 1);
    } else if (is_over) {
        report_reject(report, IMPORT_PROJECTIONS, S("holds what happened, not what was projected"),
                      arena_copy(reading->data->arena, name), 1);
    } else {
        keep(reading, row, week, &line);
    }
    return OK;
}

enum error read_projections(struct season_data *data, const struct feed_file *file)
{
    struct csv_column columns[COLUMN_COUNT] = {
        [COLUMN_SEASON] = { " season ", true },
        [COLUMN_WEEK] = { " week ", true },
        [COLUMN_NAME] = { " PlayerName ", true },
        [COLUMN_ID] = { " PlayerId ", true },
        [COLUMN_POSITION] = { " Pos ", true },
        [COLUMN_TEAM] = { " Team ", true },
        [COLUMN_PROJECTED] = { " PlayerWeekProjectedPts ", true },
        [COLUMN_RESULT] = { " TotalPoints ", true },
    };
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        columns[COLUMN_STATS + i] = (struct csv_column){ parts[i].column, true };
    }
    struct reading_projections reading = { .data = data, .kept.arena = data->arena };
    struct csv_shape shape = {
        .columns = columns, .column_count = COLUMN_COUNT, .row = take_projection, .thing = &reading
    };
    TRY(csv_read(file->name, file->bytes, &shape, data->faults));
    if (reading.near_result > reading.near_projection) {
        report_reject(&data->report, IMPORT_PROJECTIONS,
                      S("the file's statistics are mostly results, so none of it is used"),
                      file->name, (int64_t)reading.kept.rows);
        return OK;
    }
    data->batches[IMPORT_PROJECTIONS] = reading.kept;
    return OK;
}
