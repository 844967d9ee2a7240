/* The sizes every part of the game agrees on. */
#ifndef ASTRALFIELD_RULES_LIMITS_H
#define ASTRALFIELD_RULES_LIMITS_H

enum {
    TEAMS_MAX = 20,     /* teams of one league (features.md: 4 to 20) */
    WEEKS_MAX = 22,     /* NFL weeks of one season, the play-offs included */
    RESULTS_MAX = 1024, /* matchups of one season given to the standings */
    ROSTER_MAX = 64,    /* players one team can own */
    SLOTS_MAX = 64,     /* slots of one team, bench included */
    RULES_MAX = 256,    /* scoring rules of one league */
    DRAFT_ROUNDS_MAX = 64,
    QUEUE_MAX = 512, /* players a manager may line up for autopick */
    POOL_MAX = 16384 /* players autopick looks through */
};

#endif
