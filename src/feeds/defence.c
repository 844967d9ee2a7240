/* Team defences out of the players' columns.
 *
 * Sacks and interceptions are the opponent's sacks suffered and passes intercepted, because a sack
 * nobody is credited with counts for the team; the rest is the sum of the own players. Compared with
 * the official team lines of 2023 and 2024 (1,140) all are equal but 16 safeties that nobody was
 * credited with, 9 special teams touchdowns and 1 defensive touchdown. */
#include "feeds/games.h"
#include "feeds/weeks.h"

#include "base/check.h"

static struct team_week *find_week(const struct season_data *data, const struct week_row *row,
                                   struct slice team)
{
    struct slice key = arena_format(data->arena, "%.*s %lld %.*s", FMT(row->season_type),
                                    (long long)row->week, FMT(team));
    return index_find(&data->weeks_by_team, key);
}

static struct team_week *team_week_of(struct season_data *data, const struct week_row *row)
{
    struct team_week *week = find_week(data, row, row->team);
    if (week == NULL) {
        week = ARENA_NEW(data->arena, struct team_week);
        *week = (struct team_week){
            .key = arena_format(data->arena, "%.*s %lld %.*s", FMT(row->season_type),
                                (long long)row->week, FMT(row->team)),
            .season_type = row->season_type,
            .week = row->week,
            .team = arena_copy(data->arena, row->team),
        };
        index_add(&data->weeks_by_team, week->key, week);
        week->next = data->team_weeks;
        data->team_weeks = week;
    }
    return week;
}

void team_weeks_add(struct season_data *data, const struct week_row *row, enum stat_of of)
{
    bool is_club = row->player.ptr == NULL;
    struct team_week *week = team_week_of(data, row);
    if (week->opponent.ptr == NULL && row->opponent.ptr != NULL) {
        week->opponent = arena_copy(data->arena, row->opponent);
    }
    if (of == STAT_OF_TEAM) {
        week->is_stored = true;
        return;
    }
    if (is_club) {
        week->is_whole = true;
        memset(week->sums, 0, sizeof(week->sums));
    } else if (week->is_whole) {
        return;
    }
    for (size_t i = 0; i < STAT_COUNT; i++) {
        /* A season's worth of one club stays far below the range; a feed's nonsense must not wrap. */
        if (__builtin_add_overflow(week->sums[i], row->line.values[i], &week->sums[i])) {
            week->sums[i] = 0;
        }
    }
    /* A recovery that was returned for a touchdown counts apart from other defensive touchdowns. */
    stat_value recovered = row->line.values[STAT_FUMBLE_RECOVERY_OPP];
    stat_value scored = row->line.values[STAT_FUMBLE_RECOVERY_TDS];
    week->sums[STAT_TEAM_DEF_FUMBLE_TDS] += scored < recovered ? scored : recovered;
}

static stat_value size_of(stat_value value)
{
    return value < 0 ? -value : value;
}

static void defence_line(const struct team_week *own, const struct team_week *other,
                         struct stat_line *line)
{
    const stat_value *mine = own->sums;
    const stat_value *theirs = other->sums;
    stat_value *out = line->values;
    out[STAT_TEAM_YARDS_ALLOWED] = theirs[STAT_PASSING_YARDS] + theirs[STAT_RUSHING_YARDS] -
                                   size_of(theirs[STAT_SACK_YARDS_LOST]);
    out[STAT_TEAM_SACKS] = theirs[STAT_SACKS_SUFFERED];
    out[STAT_TEAM_SACK_YARDS] = size_of(theirs[STAT_SACK_YARDS_LOST]);
    out[STAT_TEAM_INTERCEPTIONS] = theirs[STAT_PASSING_INTERCEPTIONS];
    out[STAT_TEAM_INTERCEPTION_YARDS] = mine[STAT_DEF_INTERCEPTION_YARDS];
    out[STAT_TEAM_FORCED_FUMBLES] = mine[STAT_DEF_FUMBLES_FORCED];
    out[STAT_TEAM_FUMBLE_RECOVERIES] = mine[STAT_FUMBLE_RECOVERY_OPP];
    out[STAT_TEAM_SAFETIES] = mine[STAT_DEF_SAFETIES];
    out[STAT_TEAM_BLOCKED_KICKS] = mine[STAT_DEF_BLOCKED_KICKS];
    out[STAT_TEAM_DEF_FUMBLE_TDS] = mine[STAT_TEAM_DEF_FUMBLE_TDS];
    out[STAT_TEAM_DEF_TDS] = mine[STAT_DEF_TDS] + mine[STAT_TEAM_DEF_FUMBLE_TDS];
    out[STAT_TEAM_ST_TDS] = mine[STAT_SPECIAL_TEAMS_TDS];
    out[STAT_TEAM_KR_YARDS] = mine[STAT_KICKOFF_RETURN_YARDS];
    out[STAT_TEAM_PR_YARDS] = mine[STAT_PUNT_RETURN_YARDS];
    out[STAT_TEAM_2PT_RETURNS] = mine[STAT_TEAM_2PT_RETURNS];
}

static const enum stat made[] = {
    STAT_TEAM_POINTS_ALLOWED, STAT_TEAM_YARDS_ALLOWED,     STAT_TEAM_SACKS,
    STAT_TEAM_SACK_YARDS,     STAT_TEAM_INTERCEPTIONS,     STAT_TEAM_INTERCEPTION_YARDS,
    STAT_TEAM_FORCED_FUMBLES, STAT_TEAM_FUMBLE_RECOVERIES, STAT_TEAM_SAFETIES,
    STAT_TEAM_BLOCKED_KICKS,  STAT_TEAM_DEF_FUMBLE_TDS,    STAT_TEAM_DEF_TDS,
    STAT_TEAM_ST_TDS,         STAT_TEAM_KR_YARDS,          STAT_TEAM_PR_YARDS,
    STAT_TEAM_2PT_RETURNS,
};

static void reject_week(struct season_data *data, const struct team_week *week, struct slice why)
{
    report_reject(&data->report, IMPORT_DEFENCES, why, week->key, 1);
}

static void make_defence(struct season_data *data, const struct team_week *own)
{
    struct week_row row = { .season_type = own->season_type,
                            .week = own->week,
                            .team = own->team,
                            .line.has_played = true };
    struct team_result result = { .points_allowed = BATCH_NO_NUMBER };
    data->report.tallies[IMPORT_DEFENCES].read++;
    bool has_game = games_find(data, own->season_type, own->week, own->team, &result);
    if (!has_game || result.points_allowed == BATCH_NO_NUMBER) {
        reject_week(data, own, S("its game has no score in the schedule"));
        return;
    }
    row.opponent = own->opponent.ptr != NULL ? own->opponent : result.opponent;
    const struct team_week *other = find_week(data, &row, row.opponent);
    if (other == NULL) {
        reject_week(data, own, S("its opponent has no statistics"));
        return;
    }
    defence_line(own, other, &row.line);
    row.line.values[STAT_TEAM_POINTS_ALLOWED] = (stat_value)result.points_allowed * STAT_ONE;
    week_to_batch(data, IMPORT_DEFENCES, &row);
}

void defences_to_batches(struct season_data *data)
{
    bool has_made = false;
    for (struct team_week *week = data->team_weeks; week != NULL; week = week->next) {
        if (!week->is_stored) {
            make_defence(data, week);
            has_made = true;
        }
    }
    for (size_t i = 0; has_made && i < ARRAY_LEN(made); i++) {
        data->covers_team[made[i]] = true;
    }
}
