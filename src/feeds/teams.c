/* nflverse's teams file: names of clubs. Codes and ids are the schema's own. */
#include "base/check.h"
#include "feeds/csv.h"
#include "feeds/season_data.h"

enum team_column {
    TEAM_CODE,
    TEAM_NAME,
    TEAM_NICKNAME,
    TEAM_CONFERENCE,
    TEAM_DIVISION,
    TEAM_COUNT
};

static const struct csv_column team_columns[] = {
    [TEAM_CODE] = { " team_abbr ", true },         [TEAM_NAME] = { " team_name ", true },
    [TEAM_NICKNAME] = { " team_nick ", true },     [TEAM_CONFERENCE] = { " team_conf ", true },
    [TEAM_DIVISION] = { " team_division ", true },
};

static enum error take_team(void *thing, const struct csv_row *row)
{
    struct season_data *data = thing;
    for (size_t i = 0; i < TEAM_COUNT; i++) {
        if (csv_text(row, i).ptr == NULL) {
            return csv_fault(row, row->where[i], "is empty");
        }
    }
    /* "NFC West" gives "West". */
    struct slice division = csv_text(row, TEAM_DIVISION);
    size_t blank = slice_find(division, ' ', 0);
    if (blank < division.len) {
        division = slice_from_to(division, blank + 1, division.len);
    }
    data->report.tallies[IMPORT_TEAMS].read++;
    struct json *json = batch_row(&data->batches[IMPORT_TEAMS]);
    json_member_text(json, S("code"), csv_text(row, TEAM_CODE));
    json_member_text(json, S("name"), csv_text(row, TEAM_NAME));
    json_member_text(json, S("nickname"), csv_text(row, TEAM_NICKNAME));
    json_member_text(json, S("conference"), csv_text(row, TEAM_CONFERENCE));
    json_member_text(json, S("division"), division);
    batch_row_end(&data->batches[IMPORT_TEAMS]);
    return OK;
}

enum error read_teams(struct season_data *data, const struct feed_file *file)
{
    struct csv_shape shape = {
        .columns = team_columns, .column_count = TEAM_COUNT, .row = take_team, .thing = data
    };
    return csv_read(file->name, file->bytes, &shape, data->faults);
}
