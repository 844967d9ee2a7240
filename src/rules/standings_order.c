/* The order of the table: a chain of criteria narrows the teams still tied until one is left, who
 * takes the place; then the whole chain starts again with the others. */
#include "base/check.h"
#include "rules/standings_work.h"

typedef uint32_t team_set; /* bit t for team t */

_Static_assert(TEAMS_MAX <= 32, "team_set has 32 bits");

static team_set team_bit(size_t team)
{
    return (team_set)1u << team;
}

static bool is_in(team_set set, size_t team)
{
    return (set & team_bit(team)) != 0;
}

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* A tie counts half; who has not played counts as 0. */
static int compare_records(const struct record *a, const struct record *b)
{
    int64_t games_a = a->wins + a->losses + a->ties;
    int64_t games_b = b->wins + b->losses + b->ties;
    int64_t half_wins_a = 2 * a->wins + a->ties;
    int64_t half_wins_b = 2 * b->wins + b->ties;
    return compare(half_wins_a * (games_b == 0 ? 1 : games_b),
                   half_wins_b * (games_a == 0 ? 1 : games_a));
}

static int64_t half_wins_within(const struct standings_work *work, team_set group, size_t team)
{
    int64_t sum = 0;
    for (size_t other = 0; other < work->season->team_count; other++) {
        sum += is_in(group, other) ? work->half_wins[team][other] : 0;
    }
    return sum;
}

static int compare_weeks(const struct standings_work *work, size_t a, size_t b)
{
    for (size_t week = WEEKS_MAX; week > 0; week--) {
        int sign = compare(work->weekly[a][week], work->weekly[b][week]);
        if (sign != 0) {
            return sign;
        }
    }
    return 0;
}

/* Above 0 when team `a` of the tied group is better than `b` by this criterion. */
static int compare_by(const struct standings_work *work, team_set group, enum criterion criterion,
                      size_t a, size_t b)
{
    CHECK(criterion < CRITERION_DIVISION_WINNER); /* what follows is only ever a reason */
    const struct standing *x = &work->rows[a];
    const struct standing *y = &work->rows[b];
    switch (criterion) {
    case CRITERION_WIN_PCT:
        return compare_records(&x->record, &y->record);
    case CRITERION_POINTS_FOR:
        return compare(x->points_for, y->points_for);
    case CRITERION_HEAD_TO_HEAD:
        return compare(half_wins_within(work, group, a), half_wins_within(work, group, b));
    case CRITERION_DIVISION_RECORD:
        return compare_records(&x->division, &y->division);
    case CRITERION_POINTS_AGAINST_MORE:
        return compare(x->points_against, y->points_against);
    case CRITERION_POINTS_AGAINST_FEWER:
        return compare(y->points_against, x->points_against);
    case CRITERION_LATEST_WEEKS:
        return compare_weeks(work, a, b);
    case CRITERION_COIN:
        return compare(work->season->coin[b], work->season->coin[a]);
    case CRITERION_DIVISION_WINNER:
    case CRITERION_LAST:
    case CRITERION_COUNT:
        break;
    }
    return 0;
}

/* Head-to-head needs every two of the tied teams to have met equally often, at least once; the
 * division record needs everybody to have one. */
static bool is_valid_for(const struct standings_work *work, team_set group,
                         enum criterion criterion)
{
    uint16_t meetings = 0;
    for (size_t a = 0; a < work->season->team_count; a++) {
        const struct record *record = &work->rows[a].division;
        if (is_in(group, a) && criterion == CRITERION_DIVISION_RECORD &&
            record->wins + record->losses + record->ties == 0) {
            return false;
        }
        for (size_t b = 0; b < a && criterion == CRITERION_HEAD_TO_HEAD; b++) {
            if (!is_in(group, a) || !is_in(group, b)) {
                continue;
            }
            uint16_t met = work->meetings[a][b];
            if (met == 0 || (meetings != 0 && met != meetings)) {
                return false;
            }
            meetings = met;
        }
    }
    return true;
}

/* Those of the group that nobody in it beats by the criterion. */
static team_set keep_best(const struct standings_work *work, team_set group,
                          enum criterion criterion)
{
    if (!is_valid_for(work, group, criterion)) {
        return group;
    }
    team_set kept = 0;
    size_t best = TEAMS_MAX;
    for (size_t team = 0; team < work->season->team_count; team++) {
        if (!is_in(group, team)) {
            continue;
        }
        int sign = best == TEAMS_MAX ? 1 : compare_by(work, group, criterion, team, best);
        if (sign > 0) {
            best = team;
            kept = 0;
        }
        kept |= sign >= 0 ? team_bit(team) : 0;
    }
    return kept;
}

/* The best of a group; sets out_by[t] for each of the others to what it fell out by. */
static size_t pick_best(const struct standings_work *work, team_set group,
                        enum criterion out_by[TEAMS_MAX])
{
    CHECK(group != 0);
    const struct chain *chain = &work->season->chain;
    for (size_t i = 0; i <= chain->count; i++) {
        enum criterion criterion = i < chain->count ? chain->criteria[i] : CRITERION_COIN;
        team_set kept = keep_best(work, group, criterion);
        for (size_t team = 0; team < work->season->team_count; team++) {
            if (is_in(group, team) && !is_in(kept, team)) {
                out_by[team] = criterion;
            }
        }
        group = kept;
    }
    size_t winner = 0;
    while (!is_in(group, winner)) {
        winner++;
    }
    CHECK(group == team_bit(winner)); /* the coin is a permutation */
    return winner;
}

static team_set division_winners(const struct standings_work *work)
{
    const uint8_t *division = work->season->division;
    enum criterion ignored[TEAMS_MAX] = { CRITERION_LAST };
    team_set winners = 0;
    for (size_t i = 0; division != NULL && i < work->season->team_count; i++) {
        team_set group = 0;
        for (size_t team = 0; team < work->season->team_count; team++) {
            group |= division[team] == division[i] ? team_bit(team) : 0;
        }
        winners |= team_bit(pick_best(work, group, ignored));
    }
    return winners;
}

void standings_order(struct standings_work *work, struct standing ret_table[TEAMS_MAX])
{
    size_t count = work->season->team_count;
    team_set left = count == 32 ? UINT32_MAX : team_bit(count) - 1;
    team_set winners = division_winners(work);
    team_set first = work->season->has_division_winners_first ? winners : 0;
    enum criterion out_by[TEAMS_MAX];
    for (size_t place = 0; place < count; place++) {
        team_set group = (left & first) != 0 ? left & first : left;
        enum criterion next_out_by[TEAMS_MAX];
        for (size_t team = 0; team < count; team++) {
            next_out_by[team] = CRITERION_DIVISION_WINNER;
        }
        size_t team = pick_best(work, group, next_out_by);
        if (place > 0) {
            ret_table[place - 1].decided_by = out_by[team];
        }
        for (size_t i = 0; i < count; i++) {
            out_by[i] = next_out_by[i];
        }
        ret_table[place] = work->rows[team];
        ret_table[place].rank = (uint8_t)(place + 1);
        ret_table[place].is_division_winner = is_in(winners, team);
        ret_table[place].decided_by = CRITERION_LAST;
        left &= ~team_bit(team);
    }
}
