/* The table: records, order, and the reason for each place.
 *
 * Sources: features.md rows 8 (median game), 88-90 (chains, several tied teams, division winners);
 * ESPN help "Playoff Seeding: How Regular Season Standings Tiebreakers Work" for the procedure:
 * head-to-head counts only when all tied teams met equally often; when one seed is found the whole
 * procedure starts again for the next; points against, most wins. */
#ifndef ASTRALFIELD_RULES_STANDINGS_H
#define ASTRALFIELD_RULES_STANDINGS_H

#include "base/points.h"
#include "base/random.h"
#include "rules/limits.h"

enum criterion {
#define CRITERION(name, key, sentence) CRITERION_##name,
#include "rules/criterion.def"
#undef CRITERION
    CRITERION_COUNT
};

enum { CHAIN_MAX = 8 };

struct criterion_info {
    struct slice key;
    struct slice sentence; /* "more points scored" */
};

const struct criterion_info *criterion_info(enum criterion criterion);
enum criterion criterion_from(struct slice key); /* CRITERION_COUNT when there is none */

struct chain {
    enum criterion criteria[CHAIN_MAX];
    size_t count; /* 1 … CHAIN_MAX; what is still tied at its end is decided by the coin */
};

/* ours: win %, head-to-head, points for, points against (fewer), coin (api-inventory 5.3).
 * ESPN public: win %, points for, head-to-head, division record, points against (more), coin.
 * Sleeper: win %, points for, points against (more), coin.
 * Yahoo: win %, points for, latest weeks, coin. */
enum chain_preset { CHAIN_OURS, CHAIN_ESPN, CHAIN_SLEEPER, CHAIN_YAHOO, CHAIN_PRESET_COUNT };

const struct chain *chain_preset(enum chain_preset preset);

enum { TEAM_NONE = 255 };

/* One final matchup of the regular season. `away` is TEAM_NONE for a team that rested: its score
 * then counts in that week's median and as the week's points of LATEST_WEEKS, nowhere else. */
struct result {
    uint8_t week; /* 1 … WEEKS_MAX */
    uint8_t home; /* team index */
    uint8_t away;
    points home_points;
    points away_points;
};

struct season {
    size_t team_count;       /* 1 … TEAMS_MAX */
    const uint8_t *division; /* division number (below TEAMS_MAX) per team; NULL for no divisions */
    const uint8_t *coin; /* per team, a permutation of 0 … team_count-1; lower wins. Draw it once
                                a season (standings_draw) and store it, or tables would change. */
    const struct result *results;
    size_t result_count; /* at most RESULTS_MAX */
    bool has_median_game;
    bool has_division_winners_first; /* needs divisions */
    struct chain chain;
};

struct record {
    uint16_t wins;
    uint16_t losses;
    uint16_t ties;
};

struct standing {
    uint8_t team;
    uint8_t rank;           /* 1 is first */
    struct record record;   /* with median games */
    struct record median;   /* median games alone */
    struct record division; /* games inside the division */
    int64_t points_for;     /* hundredths */
    int64_t points_against; /* hundredths */
    char streak_kind;       /* 'W', 'L', 'T' of the latest games (median games left out); '-' */
    uint8_t streak;         /* how many of that kind in a row */
    bool is_division_winner;
    enum criterion decided_by; /* why it stands above the next team; CRITERION_LAST at the end */
};

/* Fills ret_table[0 … team_count-1] in order of rank. A median game compares a team's score with
 * the mean of the two middle scores (of the middle score, when an odd number of teams scored: the
 * middle team ties it). */
void standings_make(const struct season *season, struct standing ret_table[TEAMS_MAX]);

/* Draws the season's coin: a permutation of 0 … team_count-1. */
void standings_draw(size_t team_count, struct rng *rng, uint8_t ret_coin[TEAMS_MAX]);

#endif
