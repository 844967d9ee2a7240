/* Files of people: dynastyprocess db_playerids, nflverse rosters and players. Their columns differ in
 * name and in number, not in meaning, so one reader takes them all. */
#include "base/check.h"
#include "feeds/csv.h"
#include "feeds/people.h"

enum person_column {
#define ID_SOURCE(name, key, columns) COLUMN_##name,
#include "feeds/id_source.def"
#undef ID_SOURCE
    COLUMN_NAME,
    COLUMN_FIRST_NAME,
    COLUMN_LAST_NAME,
    COLUMN_POSITION,
    COLUMN_TEAM,
    COLUMN_BIRTH,
    COLUMN_COLLEGE,
    COLUMN_HEIGHT,
    COLUMN_WEIGHT,
    COLUMN_JERSEY,
    COLUMN_ROOKIE,
    COLUMN_DRAFT_SEASON,
    COLUMN_DRAFT_ROUND,
    COLUMN_DRAFT_OVERALL,
    COLUMN_COUNT
};

static const struct csv_column person_columns[] = {
#define ID_SOURCE(name, key, columns) [COLUMN_##name] = { columns, COLUMN_##name == COLUMN_GSIS },
#include "feeds/id_source.def"
#undef ID_SOURCE
    [COLUMN_NAME] = { " name full_name display_name ", true },
    [COLUMN_FIRST_NAME] = { " common_first_name first_name ", false },
    [COLUMN_LAST_NAME] = { " last_name ", false },
    [COLUMN_POSITION] = { " position ", true },
    [COLUMN_TEAM] = { " team latest_team ", false },
    [COLUMN_BIRTH] = { " birthdate birth_date ", false },
    [COLUMN_COLLEGE] = { " college college_name ", false },
    [COLUMN_HEIGHT] = { " height ", false },
    [COLUMN_WEIGHT] = { " weight ", false },
    [COLUMN_JERSEY] = { " jersey_number ", false },
    [COLUMN_ROOKIE] = { " rookie_season rookie_year ", false },
    [COLUMN_DRAFT_SEASON] = { " draft_year ", false },
    [COLUMN_DRAFT_ROUND] = { " draft_round ", false },
    [COLUMN_DRAFT_OVERALL] = { " draft_ovr draft_number ", false },
};
_Static_assert(ARRAY_LEN(person_columns) == COLUMN_COUNT, "one row per column");

/* A whole number; one that cannot be (a weight of 0, a height of 2) counts as not said. */
static enum error read_plausible(const struct csv_row *row, size_t column,
                                 struct csv_bounds plausible, int64_t *ret_value)
{
    int64_t value = BATCH_NO_NUMBER;
    TRY(csv_int(row, column, (struct csv_bounds){ 0, 1000000, BATCH_NO_NUMBER }, &value));
    *ret_value = value < plausible.min || value > plausible.max ? BATCH_NO_NUMBER : value;
    return OK;
}

/* Inches, or feet and inches as "6-2". */
static enum error read_height(const struct csv_row *row, int64_t *ret_inches)
{
    struct slice rest = csv_text(row, COLUMN_HEIGHT);
    struct slice feet = slice_cut(&rest, '-');
    int64_t whole = 0;
    int64_t inches = 0;
    if (rest.ptr == NULL) {
        return read_plausible(row, COLUMN_HEIGHT, (struct csv_bounds){ 48, 96, 0 }, ret_inches);
    }
    if (slice_to_int(feet, &whole) != OK || slice_to_int(rest, &inches) != OK || whole < 4 ||
        whole > 7 || inches < 0 || inches > 11) {
        return csv_fault(row, row->where[COLUMN_HEIGHT], "is not a height");
    }
    *ret_inches = whole * 12 + inches;
    return OK;
}

/* "1995-09-17"; a day outside the calendar is a fault. */
static enum error read_birth_date(const struct csv_row *row, struct arena *arena,
                                  struct slice *ret_date)
{
    struct slice text = csv_text(row, COLUMN_BIRTH);
    int64_t year = 0;
    utime at = 0;
    if (text.ptr == NULL) {
        return OK;
    }
    bool is_date =
        text.len == 10 && slice_to_int(slice_from_to(text, 0, 4), &year) == OK && year >= 1800;
    /* utime_parse knows years from 1970; 2000 and 1972 have the leap days of any other century. */
    struct slice day = is_date
                           ? arena_format(arena, "%d%.*sT00:00:00Z", year % 4 == 0 ? 2000 : 2001,
                                          FMT(slice_from_to(text, 4, 10)))
                           : S("");
    if (!is_date || utime_parse(day, &at) != OK) {
        return csv_fault(row, row->where[COLUMN_BIRTH], "\"%.*s\" is not a date", FMT(text));
    }
    *ret_date = text;
    return OK;
}

static enum error read_ids(const struct csv_row *row, struct person_facts *facts)
{
    for (size_t i = 0; i < ID_SOURCE_COUNT; i++) {
        struct slice id = csv_text(row, i);
        if (id.len > 80) {
            return csv_fault(row, row->where[i], "is longer than 80 bytes");
        }
        if (id.ptr != NULL && !slice_eq(id, S("0"))) {
            facts->ids[i] = slice_ends(id, S(".0")) ? slice_from_to(id, 0, id.len - 2) : id;
        }
    }
    return OK;
}

static enum error read_person(const struct csv_row *row, struct arena *arena,
                              struct person_facts *ret_facts)
{
    struct person_facts facts = person_facts_none();
    facts.name = csv_text(row, COLUMN_NAME);
    facts.first_name = csv_text(row, COLUMN_FIRST_NAME);
    facts.last_name = csv_text(row, COLUMN_LAST_NAME);
    facts.position = csv_text(row, COLUMN_POSITION);
    facts.college = csv_text(row, COLUMN_COLLEGE);
    struct slice team = csv_text(row, COLUMN_TEAM);
    if (team.ptr != NULL && !slice_starts(team, S("FA"))) {
        facts.team = team;
    }
    if (slice_code_points(facts.name) > 100) {
        return csv_fault(row, row->where[COLUMN_NAME], "is longer than 100 letters");
    }
    TRY(read_ids(row, &facts));
    TRY(read_birth_date(row, arena, &facts.birth_date));
    TRY(read_height(row, &facts.height));
    TRY(read_plausible(row, COLUMN_WEIGHT, (struct csv_bounds){ 100, 500, 0 }, &facts.weight));
    TRY(read_plausible(row, COLUMN_JERSEY, (struct csv_bounds){ 0, 99, 0 }, &facts.jersey));
    TRY(read_plausible(row, COLUMN_ROOKIE, (struct csv_bounds){ 1920, 2199, 0 },
                       &facts.rookie_season));
    TRY(read_plausible(row, COLUMN_DRAFT_SEASON, (struct csv_bounds){ 1936, 2199, 0 },
                       &facts.draft_season));
    TRY(read_plausible(row, COLUMN_DRAFT_ROUND, (struct csv_bounds){ 1, 40, 0 },
                       &facts.draft_round));
    TRY(read_plausible(row, COLUMN_DRAFT_OVERALL, (struct csv_bounds){ 1, 600, 0 },
                       &facts.draft_overall));
    *ret_facts = facts;
    return OK;
}

struct reading_people {
    struct season_data *data;
    enum people_role role;
};

static enum error take_person(void *thing, const struct csv_row *row)
{
    struct reading_people *reading = thing;
    struct person_facts facts = { 0 };
    TRY(read_person(row, reading->data->arena, &facts));
    people_add(reading->data, &facts, reading->role);
    return OK;
}

enum error read_people(struct season_data *data, const struct feed_file *file,
                       enum people_role role)
{
    struct reading_people reading = { .data = data, .role = role };
    struct csv_shape shape = { .columns = person_columns,
                               .column_count = COLUMN_COUNT,
                               .row = take_person,
                               .thing = &reading };
    return csv_read(file->name, file->bytes, &shape, data->faults);
}
