/* Deciding the matchups of a week that is being frozen; part of finalize.h. */
#ifndef ASTRALFIELD_LEAGUE_MATCHUPS_H
#define ASTRALFIELD_LEAGUE_MATCHUPS_H

#include "league/week.h"

struct decision {
    int64_t matchup_id;
    bool is_bracket;
    struct slice decided_before; /* empty: not decided yet */
    struct slice winner_before;
    int64_t home_team_id;
    int64_t away_team_id; /* 0: a bye */
    points home_points;
    points away_points;
    struct slice winner;     /* home, away, or empty for a tie */
    struct slice decided_by; /* as in matchups.decided_by */
    struct slice note;       /* empty for none */
};

struct decisions {
    struct decision *list;
    size_t count;
};

/* The matchups of a week whose last week this is, decided by the frozen scores that are stored
 * (send them first). */
MUST_CHECK enum error matchups_decide(struct change *change, const struct week *week,
                                      struct decisions *ret_decisions);

/* After a correction: points anew; a regular game can flip, a bracket game keeps its winner and
 * gets a note. */
MUST_CHECK enum error matchups_correct(struct change *change, const struct week *week,
                                       struct decisions *ret_decisions);

/* Writes them. */
void matchups_store(struct change *change, const struct decisions *decisions);

/* [{matchupId, home, away, homePoints, awayPoints, winner, decidedBy}] */
struct slice decisions_json(struct arena *arena, const struct decisions *decisions);

#endif
