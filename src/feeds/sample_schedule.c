/* A schedule like the NFL's: 18 weeks, every club plays 17 different opponents and rests once. */
#include "base/check.h"
#include "feeds/eastern.h"
#include "feeds/sample_parts.h"

enum {
    BYE_FIRST = 5, /* weeks with byes: 5 to 14 */
    BYE_LAST = 14,
    BYE_GAMES_MAX = 3, /* at most six clubs rest in a week */
    TRIES_MAX = 10000,
};

struct pairing {
    int home, away;
    bool is_moved; /* to week 18: its clubs rest in their week */
};

/* Rounds of the circle method (Kirkman): in each round every club plays once, and never twice
 * against the same one. Who has had fewer home games is at home. */
static void make_rounds(struct sample *sample, struct pairing rounds[SAMPLE_ROUNDS][16])
{
    int seats[SAMPLE_CLUBS];
    int at_home[SAMPLE_CLUBS] = { 0 };
    for (int i = 0; i < SAMPLE_CLUBS; i++) {
        seats[i] = i;
    }
    for (int i = SAMPLE_CLUBS - 1; i > 0; i--) {
        int other = sample_between(sample, 0, i);
        int club = seats[i];
        seats[i] = seats[other];
        seats[other] = club;
    }
    for (int round = 0; round < SAMPLE_ROUNDS; round++) {
        for (int i = 0; i < SAMPLE_CLUBS / 2; i++) {
            int one = seats[i];
            int two = seats[SAMPLE_CLUBS - 1 - i];
            bool is_turned = at_home[one] > at_home[two];
            rounds[round][i] =
                (struct pairing){ .home = is_turned ? two : one, .away = is_turned ? one : two };
            at_home[is_turned ? two : one]++;
        }
        int last = seats[SAMPLE_CLUBS - 1];
        for (int i = SAMPLE_CLUBS - 1; i > 1; i--) {
            seats[i] = seats[i - 1];
        }
        seats[1] = last;
    }
}

/* Takes games out of weeks 5 to 14 so that every club loses exactly one: those 16 are week 18. One
 * attempt, at random; false when it runs into a dead end. */
static bool try_byes(struct sample *sample, struct pairing rounds[SAMPLE_ROUNDS][16])
{
    bool has_bye[SAMPLE_CLUBS] = { false };
    int moved[SAMPLE_WEEKS + 1] = { 0 };
    for (int round = 0; round < SAMPLE_ROUNDS; round++) {
        for (int i = 0; i < 16; i++) {
            rounds[round][i].is_moved = false;
        }
    }
    for (int count = 0, tries = 0; count < 16; tries++) {
        int week = sample_between(sample, BYE_FIRST, BYE_LAST);
        struct pairing *game = &rounds[week - 1][sample_between(sample, 0, 15)];
        if (tries > TRIES_MAX) {
            return false;
        }
        if (!has_bye[game->home] && !has_bye[game->away] && moved[week] < BYE_GAMES_MAX) {
            has_bye[game->home] = true;
            has_bye[game->away] = true;
            game->is_moved = true;
            moved[week]++;
            count++;
        }
    }
    return true;
}

/* The day `days` after the Thursday that opens the season: that after Labor Day, the first Monday of
 * September. */
static struct slice season_day(struct sample *sample, int days)
{
    int64_t first = days_from_civil(sample->data->season, 9, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 0 is Sunday */
    int64_t monday = first + (8 - weekday) % 7;
    char text[UTIME_TEXT_MAX];
    utime at = (monday + 3 + days) * 24 * 3600 * US_PER_S;
    return arena_copy(sample->data->arena, slice_from_to(utime_print(at, text), 0, 10));
}

/* One game on Thursday, three late on Sunday, one on Sunday night, one on Monday, the rest early on
 * Sunday. `turn` counts the week's games. */
static utime kickoff_of(struct sample *sample, int week, int turn)
{
    static const struct {
        int days;
        struct slice time;
    } slots[] = {
        { 0, S_INIT("20:15") }, { 4, S_INIT("20:15") }, { 3, S_INIT("20:20") },
        { 3, S_INIT("16:25") }, { 3, S_INIT("16:25") }, { 3, S_INIT("16:05") },
        { 3, S_INIT("13:00") },
    };
    int slot = turn < (int)ARRAY_LEN(slots) ? turn : (int)ARRAY_LEN(slots) - 1;
    utime at = 0;
    enum error error = eastern_to_utc(season_day(sample, (week - 1) * 7 + slots[slot].days),
                                      slots[slot].time, &at);
    CHECK(error == OK);
    return at;
}

void sample_schedule(struct sample *sample)
{
    struct pairing rounds[SAMPLE_ROUNDS][16];
    do {
        make_rounds(sample, rounds);
    } while (!try_byes(sample, rounds));
    int turns[SAMPLE_WEEKS + 1] = { 0 };
    for (int i = 0; i < SAMPLE_GAMES; i++) {
        const struct pairing *pairing = &rounds[i / 16][i % 16];
        int week = pairing->is_moved ? SAMPLE_WEEKS : i / 16 + 1;
        sample->games[i] =
            (struct sample_game){ .week = week,
                                  .home = pairing->home,
                                  .away = pairing->away,
                                  .kickoff = kickoff_of(sample, week, turns[week]++) };
    }
}
