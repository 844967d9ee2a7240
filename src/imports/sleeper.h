/* The parts of reading a Sleeper league, in the order sleeper.c calls them. */
#ifndef ASTRALFIELD_IMPORTS_SLEEPER_H
#define ASTRALFIELD_IMPORTS_SLEEPER_H

#include "imports/read.h"

enum { SLEEPER_WEEKS = 18, SLEEPER_TYPE_KEEPER = 1 };

struct sleeper {
    struct reading reading;
    struct document *catalogue; /* players by id; NULL when it was not found */
    struct slice league_id, draft_id;
    enum slot starters[SLOTS_MAX]; /* the starting slots in their order */
    size_t starter_count;
    int playoff_teams, last_scored;
    bool is_complete;    /* the season is over */
    bool is_toilet_bowl; /* among the losers the loser of a game goes on */
    int64_t waiver_budget;
    int division_count;
    bool is_drafted; /* this season's draft is over */
};

/* Each reads its document (opened by the caller for the first two, by itself for the others) and
 * returns E_FEED with faults for what is wrong. */
MUST_CHECK enum error sleeper_league(struct sleeper *sleeper, struct document *league);
MUST_CHECK enum error sleeper_people(struct sleeper *sleeper);
MUST_CHECK enum error sleeper_weeks(struct sleeper *sleeper);
MUST_CHECK enum error sleeper_brackets(struct sleeper *sleeper);
MUST_CHECK enum error sleeper_drafts(struct sleeper *sleeper);
MUST_CHECK enum error sleeper_moves(struct sleeper *sleeper);
MUST_CHECK enum error sleeper_lines(struct sleeper *sleeper);

/* Names and positions of all players, from the catalogue, where the drafts did not tell them. */
MUST_CHECK enum error sleeper_names(struct sleeper *sleeper);

/* "sleeper/v1/league/ID/rosters.json" and "/league/ID/rosters". */
struct wanted sleeper_wanted(struct sleeper *sleeper, const char *format, ...) PRINTF_LIKE(2, 3);

/* A list of player ids; "0" (an empty slot) is passed over. */
size_t sleeper_player(struct sleeper *sleeper, struct node node, int *ret_player);

#endif
