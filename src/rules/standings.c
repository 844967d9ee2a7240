#include "rules/standings.h"

#include "base/check.h"
#include "rules/standings_work.h"

static const struct criterion_info criteria[] = {
#define CRITERION(name, key_, sentence_) { .key = S_INIT(key_), .sentence = S_INIT(sentence_) },
#include "rules/criterion.def"
#undef CRITERION
};

static const struct chain chains[] = {
    [CHAIN_OURS] = { .criteria = { CRITERION_WIN_PCT, CRITERION_HEAD_TO_HEAD, CRITERION_POINTS_FOR,
                                   CRITERION_POINTS_AGAINST_FEWER, CRITERION_COIN },
                     .count = 5 },
    [CHAIN_ESPN] = { .criteria = { CRITERION_WIN_PCT, CRITERION_POINTS_FOR, CRITERION_HEAD_TO_HEAD,
                                   CRITERION_DIVISION_RECORD, CRITERION_POINTS_AGAINST_MORE,
                                   CRITERION_COIN },
                     .count = 6 },
    [CHAIN_SLEEPER] = { .criteria = { CRITERION_WIN_PCT, CRITERION_POINTS_FOR,
                                      CRITERION_POINTS_AGAINST_MORE, CRITERION_COIN },
                        .count = 4 },
    [CHAIN_YAHOO] = { .criteria = { CRITERION_WIN_PCT, CRITERION_POINTS_FOR, CRITERION_LATEST_WEEKS,
                                    CRITERION_COIN },
                      .count = 4 },
};

_Static_assert(ARRAY_LEN(chains) == CHAIN_PRESET_COUNT, "one row per preset");

const struct criterion_info *criterion_info(enum criterion criterion)
{
    CHECK(criterion < CRITERION_COUNT);
    return &criteria[criterion];
}

enum criterion criterion_from(struct slice key)
{
    size_t i = 0;
    while (i < CRITERION_COUNT && !slice_eq(criteria[i].key, key)) {
        i++;
    }
    return (enum criterion)i;
}

const struct chain *chain_preset(enum chain_preset preset)
{
    CHECK(preset < CHAIN_PRESET_COUNT);
    return &chains[preset];
}

static int sign_of(int64_t mine, int64_t theirs)
{
    return (mine > theirs) - (mine < theirs);
}

static void record_add(struct record *record, int sign)
{
    record->wins = (uint16_t)(record->wins + (sign > 0));
    record->losses = (uint16_t)(record->losses + (sign < 0));
    record->ties = (uint16_t)(record->ties + (sign == 0));
}

/* One side of one game. */
static void tally_side(struct standings_work *work, const struct result *result, bool is_home)
{
    uint8_t team = is_home ? result->home : result->away;
    uint8_t other = is_home ? result->away : result->home;
    points mine = is_home ? result->home_points : result->away_points;
    points theirs = is_home ? result->away_points : result->home_points;
    work->weekly[team][result->week] = mine;
    work->has_weekly[team][result->week] = true;
    if (other == TEAM_NONE) {
        return;
    }
    struct standing *row = &work->rows[team];
    int sign = sign_of(mine, theirs);
    const uint8_t *division = work->season->division;
    record_add(&row->record, sign);
    if (division != NULL && division[team] == division[other]) {
        record_add(&row->division, sign);
    }
    row->points_for += mine;
    row->points_against += theirs;
    work->meetings[team][other]++;
    work->half_wins[team][other] = (uint16_t)(work->half_wins[team][other] + sign + 1);
    char kind = sign > 0 ? 'W' : sign < 0 ? 'L' : 'T';
    row->streak = row->streak_kind == kind ? (uint8_t)(row->streak + 1) : 1;
    row->streak_kind = kind;
}

/* Everybody who scored that week against the middle of them all; compared doubled, so that the
 * mean of the two middle scores is exact. */
static void tally_median(struct standings_work *work, uint8_t week)
{
    points sorted[TEAMS_MAX];
    size_t count = 0;
    for (size_t team = 0; team < work->season->team_count; team++) {
        if (!work->has_weekly[team][week]) {
            continue;
        }
        size_t at = count++;
        while (at > 0 && sorted[at - 1] > work->weekly[team][week]) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = work->weekly[team][week];
    }
    if (count == 0) {
        return;
    }
    int64_t middle = (int64_t)sorted[(count - 1) / 2] + sorted[count / 2];
    for (size_t team = 0; team < work->season->team_count; team++) {
        if (work->has_weekly[team][week]) {
            int sign = sign_of(2 * (int64_t)work->weekly[team][week], middle);
            record_add(&work->rows[team].median, sign);
            record_add(&work->rows[team].record, sign);
        }
    }
}

static void tally_week(struct standings_work *work, uint8_t week)
{
    const struct season *season = work->season;
    for (size_t i = 0; i < season->result_count; i++) {
        const struct result *result = &season->results[i];
        if (result->week != week) {
            continue;
        }
        CHECK(result->home < season->team_count);
        CHECK(result->away < season->team_count || result->away == TEAM_NONE);
        CHECK(result->home != result->away);
        tally_side(work, result, true);
        if (result->away != TEAM_NONE) {
            tally_side(work, result, false);
        }
    }
    if (season->has_median_game) {
        tally_median(work, week);
    }
}

void standings_make(const struct season *season, struct standing ret_table[TEAMS_MAX])
{
    CHECK(season->team_count >= 1);
    CHECK(season->team_count <= TEAMS_MAX);
    CHECK(season->result_count <= RESULTS_MAX);
    CHECK(season->chain.count >= 1);
    CHECK(season->chain.count <= CHAIN_MAX);
    CHECK(season->division != NULL || !season->has_division_winners_first);
    for (size_t i = 0; i < season->result_count; i++) {
        CHECK(season->results[i].week >= 1);
        CHECK(season->results[i].week <= WEEKS_MAX);
    }
    struct standings_work work = { .season = season };
    for (size_t team = 0; team < season->team_count; team++) {
        work.rows[team].team = (uint8_t)team;
        work.rows[team].streak_kind = '-';
    }
    for (uint8_t week = 1; week <= WEEKS_MAX; week++) {
        tally_week(&work, week);
    }
    standings_order(&work, ret_table);
}

void standings_draw(size_t team_count, struct rng *rng, uint8_t ret_coin[TEAMS_MAX])
{
    CHECK(team_count <= TEAMS_MAX);
    for (size_t i = 0; i < team_count; i++) {
        size_t other = (size_t)rng_below(rng, i + 1);
        ret_coin[i] = ret_coin[other];
        ret_coin[other] = (uint8_t)i;
    }
}
