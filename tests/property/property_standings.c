/* The table against a slow reading of the rules, straight from the results. */
#include "rules/schedule.h"
#include "rules/standings.h"

#include "property.h"

struct small_league {
    struct result results[RESULTS_MAX];
    uint8_t division[TEAMS_MAX];
    uint8_t coin[TEAMS_MAX];
    struct season season;
};

/* Very few distinct scores, so that ties go deep into the chain. */
static void random_league(struct rng *rng, struct small_league *ret_league)
{
    size_t teams = (size_t)between(rng, 2, 12);
    struct pairing pairings[SCHEDULE_PAIRINGS_MAX];
    size_t count = schedule_make(teams, (size_t)between(rng, 1, 14), rng, pairings);
    int64_t spread = between(rng, 1, 4);
    for (size_t i = 0; i < count; i++) {
        ret_league->results[i] = (struct result){
            .week = pairings[i].week,
            .home = pairings[i].home,
            .away = pairings[i].away,
            .home_points = (points)between(rng, 0, spread) * 1000,
            .away_points = (points)between(rng, 0, spread) * 1000,
        };
    }
    for (size_t i = 0; i < teams; i++) {
        ret_league->division[i] = (uint8_t)rng_below(rng, 3);
    }
    standings_draw(teams, rng, ret_league->coin);
    bool has_divisions = rng_below(rng, 2) == 0;
    ret_league->season = (struct season){
        .team_count = teams,
        .division = has_divisions ? ret_league->division : NULL,
        .coin = ret_league->coin,
        .results = ret_league->results,
        .result_count = count,
        .has_median_game = rng_below(rng, 2) == 0,
        .has_division_winners_first = has_divisions && rng_below(rng, 2) == 0,
    };
    for (size_t i = 0; i < 3; i++) {
        enum criterion criterion = (enum criterion)rng_below(rng, CRITERION_DIVISION_WINNER);
        ret_league->season.chain.criteria[ret_league->season.chain.count++] = criterion;
    }
}

static double median_of_week(const struct season *season, uint8_t week)
{
    int scores[TEAMS_MAX * 2] = { 0 };
    int count = 0;
    for (size_t i = 0; i < season->result_count; i++) {
        if (season->results[i].week == week) {
            scores[count++] = season->results[i].home_points;
            scores[count++] = season->results[i].away_points;
        }
    }
    for (int i = 0; i < count; i++) {
        int below = 0;
        int equal = 0;
        for (int j = 0; j < count; j++) {
            below += scores[j] < scores[i];
            equal += scores[j] == scores[i];
        }
        if (below < count / 2 && below + equal > count / 2) {
            return scores[i]; /* both middle scores are this one */
        }
        if (below + equal == count / 2) {
            int next = INT32_MAX;
            for (int j = 0; j < count; j++) {
                next = scores[j] > scores[i] && scores[j] < next ? scores[j] : next;
            }
            return (scores[i] + (double)next) / 2;
        }
    }
    return 0;
}

enum { WITH_ALL = 1, WITH_DIVISION = 2, WITH_GROUP = 4 };

/* Share of games won of those that count, or -1 for none. */
static double share(const struct season *season, const bool *group, size_t team, int with)
{
    double won = 0;
    double games = 0;
    for (size_t i = 0; i < season->result_count; i++) {
        struct result r = season->results[i];
        if (r.home != team && r.away != team) {
            continue;
        }
        size_t other = r.home == team ? r.away : r.home;
        int mine = r.home == team ? r.home_points : r.away_points;
        int theirs = r.home == team ? r.away_points : r.home_points;
        bool counts = with == WITH_ALL || (with == WITH_GROUP && group[other]) ||
                      (with == WITH_DIVISION && season->division != NULL &&
                       season->division[team] == season->division[other]);
        if (counts) {
            won += mine > theirs ? 1 : mine == theirs ? 0.5 : 0;
            games++;
        }
        if (with == WITH_ALL && season->has_median_game) {
            double median = median_of_week(season, r.week);
            won += mine > median ? 1 : mine < median ? 0 : 0.5;
            games++;
        }
    }
    return games == 0 ? -1 : won / games;
}

static double total(const struct season *season, size_t team, bool is_for, uint8_t only_week)
{
    double sum = 0;
    for (size_t i = 0; i < season->result_count; i++) {
        struct result r = season->results[i];
        bool counts = only_week == 0 || r.week == only_week;
        sum += counts && r.home == team ? (is_for ? r.home_points : r.away_points) : 0;
        sum += counts && r.away == team ? (is_for ? r.away_points : r.home_points) : 0;
    }
    return sum;
}

static bool met_equally(const struct season *season, const bool *group)
{
    int common = -1;
    for (size_t a = 0; a < season->team_count; a++) {
        for (size_t b = 0; b < a; b++) {
            int met = 0;
            for (size_t i = 0; i < season->result_count; i++) {
                struct result r = season->results[i];
                met += (r.home == a && r.away == b) || (r.home == b && r.away == a);
            }
            if (group[a] && group[b]) {
                if (met == 0 || (common != -1 && met != common)) {
                    return false;
                }
                common = met;
            }
        }
    }
    return true;
}

/* Higher is better; the same for everybody when the criterion does not apply. */
static double value(const struct season *season, const bool *group, enum criterion criterion,
                    size_t team, uint8_t week)
{
    bool is_division_valid = true;
    for (size_t i = 0; i < season->team_count; i++) {
        is_division_valid =
            is_division_valid && (!group[i] || share(season, group, i, WITH_DIVISION) >= 0);
    }
    switch (criterion) {
    case CRITERION_WIN_PCT: {
        double won = share(season, group, team, WITH_ALL);
        return won < 0 ? 0 : won;
    }
    case CRITERION_POINTS_FOR:
        return total(season, team, true, 0);
    case CRITERION_HEAD_TO_HEAD:
        return met_equally(season, group) ? share(season, group, team, WITH_GROUP) : 0;
    case CRITERION_DIVISION_RECORD:
        return is_division_valid ? share(season, group, team, WITH_DIVISION) : 0;
    case CRITERION_POINTS_AGAINST_MORE:
        return total(season, team, false, 0);
    case CRITERION_POINTS_AGAINST_FEWER:
        return -total(season, team, false, 0);
    case CRITERION_LATEST_WEEKS:
        return total(season, team, true, week);
    case CRITERION_COIN:
        return -(double)season->coin[team];
    case CRITERION_DIVISION_WINNER:
    case CRITERION_LAST:
    case CRITERION_COUNT:
        break;
    }
    return 0;
}

static void keep(const struct season *season, bool *group, enum criterion criterion, uint8_t week)
{
    double values[TEAMS_MAX];
    double best = -1e18;
    for (size_t i = 0; i < season->team_count; i++) {
        values[i] = group[i] ? value(season, group, criterion, i, week) : 0;
        best = group[i] && values[i] > best ? values[i] : best;
    }
    for (size_t i = 0; i < season->team_count; i++) {
        group[i] = group[i] && values[i] >= best;
    }
}

static size_t slow_best(const struct season *season, const bool *of)
{
    bool group[TEAMS_MAX] = { false };
    for (size_t i = 0; i < season->team_count; i++) {
        group[i] = of[i];
    }
    for (size_t i = 0; i <= season->chain.count; i++) {
        enum criterion criterion =
            i < season->chain.count ? season->chain.criteria[i] : CRITERION_COIN;
        uint8_t week = criterion == CRITERION_LATEST_WEEKS ? WEEKS_MAX : 1;
        for (; week > 0; week--) {
            keep(season, group, criterion, week);
        }
    }
    size_t best = 0;
    while (!group[best]) {
        best++;
    }
    return best;
}

static void slow_order(const struct season *season, uint8_t *ret_order)
{
    bool is_winner[TEAMS_MAX] = { false };
    for (size_t d = 0; season->has_division_winners_first && d < 3; d++) {
        bool group[TEAMS_MAX] = { false };
        bool is_any = false;
        for (size_t i = 0; i < season->team_count; i++) {
            group[i] = season->division[i] == d;
            is_any = is_any || group[i];
        }
        if (is_any) {
            is_winner[slow_best(season, group)] = true;
        }
    }
    bool is_placed[TEAMS_MAX] = { false };
    for (size_t place = 0; place < season->team_count; place++) {
        bool winners[TEAMS_MAX] = { false };
        bool left[TEAMS_MAX] = { false };
        bool is_any = false;
        for (size_t i = 0; i < season->team_count; i++) {
            left[i] = !is_placed[i];
            winners[i] = left[i] && is_winner[i];
            is_any = is_any || winners[i];
        }
        size_t best = slow_best(season, is_any ? winners : left);
        is_placed[best] = true;
        ret_order[place] = (uint8_t)best;
    }
}

static void table_is_the_one_a_slow_reading_of_the_rules_gives(void **state)
{
    (void)state;
    for (uint64_t seed = property_seed(); seed < property_seed() + 3000; seed++) {
        struct rng rng = property_case(seed);
        static struct small_league league;
        random_league(&rng, &league);
        const struct season *season = &league.season;
        struct standing table[TEAMS_MAX];
        standings_make(season, table);
        uint8_t order[TEAMS_MAX];
        slow_order(season, order);
        int64_t balance = 0;
        for (size_t i = 0; i < season->team_count; i++) {
            HOLDS(seed, table[i].team == order[i]);
            HOLDS(seed, table[i].rank == i + 1);
            HOLDS(seed, (double)table[i].points_for == total(season, order[i], true, 0));
            HOLDS(seed, (table[i].decided_by == CRITERION_LAST) == (i + 1 == season->team_count));
            balance += table[i].record.wins - table[i].median.wins;
            balance -= table[i].record.losses - table[i].median.losses;
        }
        HOLDS(seed, balance == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_is_the_one_a_slow_reading_of_the_rules_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
