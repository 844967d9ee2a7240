#include "rules/schedule.h"

#include <stdbool.h>

#include "base/check.h"

static void shuffle(uint8_t *items, size_t count, struct rng *rng)
{
    for (size_t i = 0; i < count; i++) {
        items[i] = (uint8_t)i;
    }
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)rng_below(rng, i);
        uint8_t item = items[i - 1];
        items[i - 1] = items[other];
        items[other] = item;
    }
}

static uint32_t open_degree(const struct pairing *pairings, const bool *is_done, size_t count,
                            uint8_t team)
{
    uint32_t degree = 0;
    for (size_t i = 0; i < count; i++) {
        degree += !is_done[i] && (pairings[i].home == team || pairings[i].away == team);
    }
    return degree;
}

/* Where to start the next walk: a team with an odd number of games left, else any with games left,
 * else TEAMS_MAX. */
static uint8_t walk_start(const struct pairing *pairings, const bool *is_done, size_t count)
{
    uint8_t start = TEAMS_MAX;
    for (uint8_t team = 0; team < TEAMS_MAX; team++) {
        uint32_t degree = open_degree(pairings, is_done, count, team);
        if (degree % 2 == 1) {
            return team;
        }
        if (degree > 0 && start == TEAMS_MAX) {
            start = team;
        }
    }
    return start;
}

/* Home and away along Euler walks over the games: a team passed through is home once and away
 * once, and only one end of one walk is left over for a team with an odd number of games. */
static void balance(struct pairing *pairings, size_t count)
{
    bool is_done[SCHEDULE_PAIRINGS_MAX] = { false };
    uint8_t team = TEAMS_MAX;
    for (size_t done = 0; done < count;) {
        size_t i = 0;
        while (i < count &&
               (is_done[i] || (pairings[i].home != team && pairings[i].away != team))) {
            i++;
        }
        if (i == count) {
            team = walk_start(pairings, is_done, count);
            continue;
        }
        uint8_t other = pairings[i].home == team ? pairings[i].away : pairings[i].home;
        pairings[i].home = team;
        pairings[i].away = other;
        is_done[i] = true;
        done++;
        team = other;
    }
}

size_t schedule_make(size_t teams, size_t weeks, struct rng *rng,
                     struct pairing ret_pairings[SCHEDULE_PAIRINGS_MAX])
{
    CHECK(teams >= 2);
    CHECK(teams <= TEAMS_MAX);
    CHECK(weeks >= 1);
    CHECK(weeks <= WEEKS_MAX);
    size_t rounds = teams % 2 == 0 ? teams - 1 : teams; /* an odd league has a ghost to rest with */
    uint8_t label[TEAMS_MAX];
    uint8_t round_of[TEAMS_MAX];
    shuffle(label, teams, rng);
    shuffle(round_of, rounds, rng);
    size_t count = 0;
    for (size_t week = 0; week < weeks; week++) {
        size_t round = round_of[week % rounds];
        if (teams % 2 == 0) {
            ret_pairings[count++] = (struct pairing){ .week = (uint8_t)(week + 1),
                                                      .home = label[rounds],
                                                      .away = label[round] };
        }
        for (size_t i = 1; i <= (rounds - 1) / 2; i++) {
            ret_pairings[count++] =
                (struct pairing){ .week = (uint8_t)(week + 1),
                                  .home = label[(round + i) % rounds],
                                  .away = label[(round + rounds - i) % rounds] };
        }
    }
    balance(ret_pairings, count);
    return count;
}
