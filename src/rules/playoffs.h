/* The play-off bracket: who meets whom, when, and who won.
 *
 * Sources: features.md rows 91 (sizes and byes: the bracket is rounded up to a power of two), 92
 * (round length), 93 (reseeding), 94 (ties go to the higher seed), 95 (consolation), 97 (the data
 * model, which is Sleeper's). Teams are named by seed; seed 1 is the best. */
#ifndef ASTRALFIELD_RULES_PLAYOFFS_H
#define ASTRALFIELD_RULES_PLAYOFFS_H

#include "base/points.h"
#include "rules/limits.h"

enum { BRACKET_TEAMS_MAX = 16, BRACKET_ROUNDS_MAX = 4, BRACKET_MATCHES_MAX = 16 };

enum round_length {
    ROUND_ONE_WEEK,
    ROUND_TWO_WEEK_FINAL, /* only the last round takes two weeks */
    ROUND_TWO_WEEKS
};

struct bracket_settings {
    uint8_t team_count; /* 2 … BRACKET_TEAMS_MAX */
    uint8_t first_seed; /* 1; a consolation bracket starts at the first seed that missed */
    uint8_t start_week; /* 1 … WEEKS_MAX; the last week must be within WEEKS_MAX too */
    enum round_length length;
    bool is_reseeded;     /* each round the best left meets the worst left */
    bool has_third_place; /* those out in the semi-finals meet; needs 4 teams */
    bool loser_advances;  /* a toilet bowl: the loser of a match goes on */
};

struct bracket_match {
    uint8_t round;      /* 1 is the first */
    uint8_t first_week; /* the week or weeks it is played */
    uint8_t week_count; /* 1 or 2 */
    uint8_t home;       /* seed, 0 while not known; the higher-seeded side once both are known */
    uint8_t away;
    uint8_t home_from; /* number of the match that gives the side (1-based), 0 for none */
    uint8_t away_from; /* with reseeding both stay 0 until the round before is over */
    uint8_t winner;    /* seed, 0 while not played */
    uint8_t loser;
    uint8_t place; /* 1: decides first place of this bracket; 3: third place, and its sides
                             are those who did not advance from home_from and away_from; else 0 */
};

struct bracket {
    struct bracket_settings settings;
    uint8_t round_count;
    uint8_t match_count;
    struct bracket_match matches[BRACKET_MATCHES_MAX]; /* match m is matches[m - 1]; by round */
};

/* Rounds and last week a bracket of these settings takes. */
uint8_t bracket_round_count(uint8_t team_count);
uint8_t bracket_last_week(const struct bracket_settings *settings);

/* Draws the bracket: round 1 has its teams, a team with a bye stands in its round 2 match at once
 * (with reseeding, after round 1). */
void bracket_make(const struct bracket_settings *settings, struct bracket *ret_bracket);

/* Records a match whose two sides are known and which has not been decided, `home_points` and
 * `away_points` being the sums over its weeks; a tie goes to the higher seed. When this was the
 * last match of its round, the next round's sides are filled in. Returns whether it was. */
bool bracket_decide(struct bracket *bracket, uint8_t match, points home_points, points away_points);

/* The lowest round that still has an undecided match, 0 when all is played. */
uint8_t bracket_current_round(const struct bracket *bracket);

/* The seed that took first place of the bracket (of a toilet bowl: who lost throughout), or 0. */
uint8_t bracket_champion(const struct bracket *bracket);

#endif
