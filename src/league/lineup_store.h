/* Writing lineups; part of lineup.h, nobody else includes this. */
#ifndef ASTRALFIELD_LEAGUE_LINEUP_STORE_H
#define ASTRALFIELD_LEAGUE_LINEUP_STORE_H

#include "base/json.h"
#include "league/week.h"

/* The lineups of one week that a command writes, sent together. */
struct lineup_writing {
    struct change *change;
    const struct week *week;
    const struct week_teams *teams;
    struct json rows;
    struct buffer team_ids; /* "{7,8" */
};

void lineup_writing_init(struct lineup_writing *writing, struct change *change,
                         const struct week *week, const struct week_teams *teams);

/* The player id in each slot of a team now, 0 for nobody. */
void lineup_current(const struct week_team *team, int64_t ret_ids[SLOTS_MAX]);

/* Adds a team's lineup with its event and what changes on reserve; false, and nothing is written,
 * when it is as it was. */
bool lineup_write(struct lineup_writing *writing, const struct week_team *team,
                  const int64_t ids[SLOTS_MAX]);

/* The rows alone. */
void lineup_write_rows(struct lineup_writing *writing, const struct week_team *team,
                       const int64_t ids[SLOTS_MAX]);

void lineup_writing_send(struct lineup_writing *writing);

#endif
