/* What the table is made from: the tallies of the results, by team. Between standings.c, which
 * fills it, and standings_order.c, which ranks; not for other rooms. */
#ifndef ASTRALFIELD_RULES_STANDINGS_WORK_H
#define ASTRALFIELD_RULES_STANDINGS_WORK_H

#include "rules/standings.h"

struct standings_work {
    const struct season *season;
    struct standing rows[TEAMS_MAX];         /* by team, not yet ranked */
    points weekly[TEAMS_MAX][WEEKS_MAX + 1]; /* score of the team in a week */
    bool has_weekly[TEAMS_MAX][WEEKS_MAX + 1];
    uint16_t meetings[TEAMS_MAX][TEAMS_MAX];  /* games between two teams */
    uint16_t half_wins[TEAMS_MAX][TEAMS_MAX]; /* of the first over the second: win 2, tie 1 */
};

/* Ranks work->rows into ret_table and sets rank, is_division_winner and decided_by. */
void standings_order(struct standings_work *work, struct standing ret_table[TEAMS_MAX]);

#endif
