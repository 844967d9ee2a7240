/* rules: the standard and ppr presets give nflverse's own fantasy points for every row of two
 * seasons. Needs the data folder (ASTRALFIELD_DATA, by default ../shared/data of the checkout). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

#include "base/check.h"
#include "rules/preset.h"

enum { LINE_MAX_BYTES = 8192, COLUMNS_MAX = 128, ROWS_EXPECTED = 37582 };

enum { COLUMN_STANDARD = STAT_COUNT + 1, COLUMN_PPR, COLUMN_IGNORED };

struct row {
    struct stat_line line;
    int64_t standard; /* millionths, as the file says */
    int64_t ppr;
};

static struct slice next_field(struct slice *rest)
{
    size_t end = slice_find(*rest, ',', 0);
    struct slice field = slice_from_to(*rest, 0, end);
    *rest = slice_from_to(*rest, end < rest->len ? end + 1 : end, rest->len);
    return field;
}

static size_t read_head(struct slice line, int *ret_columns)
{
    size_t count = 0;
    while (line.len > 0) {
        struct slice name = next_field(&line);
        enum stat stat = stat_from_nflverse(STAT_OF_PLAYER, name);
        int column = stat == STAT_COUNT ? COLUMN_IGNORED : (int)stat;
        column = slice_eq(name, S("fantasy_points")) ? COLUMN_STANDARD : column;
        column = slice_eq(name, S("fantasy_points_ppr")) ? COLUMN_PPR : column;
        assert_true(count < COLUMNS_MAX);
        ret_columns[count++] = column;
    }
    return count;
}

static void read_row(struct slice line, const int *columns, size_t count, struct row *ret_row)
{
    *ret_row = (struct row){ .line = { .has_played = true } };
    for (size_t i = 0; i < count; i++) {
        struct slice field = next_field(&line);
        int64_t millionths = 0;
        if (columns[i] == COLUMN_IGNORED || field.len == 0) {
            continue;
        }
        assert_int_equal(slice_to_millionths(field, &millionths), OK);
        if (columns[i] == COLUMN_STANDARD) {
            ret_row->standard = millionths;
        } else if (columns[i] == COLUMN_PPR) {
            ret_row->ppr = millionths;
        } else {
            ret_row->line.values[columns[i]] = (stat_value)(millionths / 1000);
        }
    }
    stat_derive(&ret_row->line);
}

static int64_t offense(enum preset preset, const struct stat_line *line)
{
    const struct preset_info *info = preset_info(preset);
    struct rule_set set = { .rules = info->set.rules, .count = info->offense_count };
    return score_millionths(set, line, POSITION_UNKNOWN);
}

/* Rows of one season that were compared, all found equal. */
static int compare_season(const char *folder, int season)
{
    char path[1024];
    snprintf(path, sizeof(path), "%s/nfl/player_week_%d.csv.gz", folder, season);
    gzFile file = gzopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    static char text[LINE_MAX_BYTES];
    static struct row row;
    int columns[COLUMNS_MAX];
    assert_non_null(gzgets(file, text, sizeof(text)));
    size_t count = read_head(slice_trim(slice_from(text)), columns);
    int rows = 0;
    while (gzgets(file, text, sizeof(text)) != NULL) {
        read_row(slice_trim(slice_from(text)), columns, count, &row);
        if (offense(PRESET_STANDARD, &row.line) != row.standard ||
            offense(PRESET_PPR, &row.line) != row.ppr) {
            fail_msg("season %d: %s", season, text);
        }
        rows++;
    }
    gzclose(file);
    return rows;
}

static void presets_equal_nflverse_on_every_row(void **state)
{
    (void)state;
    const char *folder = getenv("ASTRALFIELD_DATA");
    folder = folder == NULL ? DATA_DEFAULT : folder;
    int rows = compare_season(folder, 2023) + compare_season(folder, 2024);
    if (rows == 0) {
        print_message("SKIPPED: no nfl/player_week_*.csv.gz under %s (ASTRALFIELD_DATA)\n", folder);
        skip();
    }
    print_message("%d rows compared\n", rows);
    assert_int_equal(rows, ROWS_EXPECTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_equal_nflverse_on_every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
