/* ESPN's scoringItems and stat lines in our words (espn_scoring.def has the ids). */
#ifndef ASTRALFIELD_RULES_ESPN_SCORING_H
#define ASTRALFIELD_RULES_ESPN_SCORING_H

#include "rules/scoring.h"

/* One scoringItem: `points` for everybody but the positions of `overridden`. */
struct espn_item {
    int id;
    int64_t points;                   /* millionths */
    position_mask overridden;         /* positions with pointsOverrides */
    int64_t override[POSITION_COUNT]; /* millionths */
};

enum { ESPN_RULES_MAX = 64 }; /* that one item gives */

/* The rules of one item, without those that pay nothing; returns how many. Where a player and a
 * team defence are paid for different statistics, or positions differ, there are several. */
size_t espn_rules(const struct espn_item *item, struct rule ret_rules[ESPN_RULES_MAX]);

/* Whether espn_rules can say what an id means. */
bool espn_knows(int id);

/* Joins rules on the same thing by adding their weights, and return touchdowns that are paid alike
 * into the statistic all sources have; returns how many are left. */
size_t espn_join(struct rule *rules, size_t count);

/* Adds one value of a line (thousandths) to what it stands for; ids without a meaning of their own
 * (steps, bands, averages) are passed over. Call stat_derive at the end. */
void espn_line_add(struct stat_line *line, enum position position, int id, stat_value value);

/* Of ESPN's defaultPositionId (1 QB … 16 D/ST), and of the slot that pointsOverrides names (0 QB,
 * 2 RB … 16 D/ST); POSITION_UNKNOWN for what we do not play (punters, head coaches, team QBs). */
enum position espn_position(int64_t default_position_id);
enum position espn_position_of_slot(int64_t slot_id);

#endif
