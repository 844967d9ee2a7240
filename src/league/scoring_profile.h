/* Scoring profiles: sets of rules that leagues share.
 *
 * A profile is found by the SHA-256 of its canonical text: the line "astralfield scoring 1", then one
 * line per rule, sorted bytewise, joined by newlines:
 *
 *     stat key|per_unit or band|weight in millionths|from|to|positions
 *
 * from and to in thousandths, nothing for an open end; position keys joined by commas in the order
 * of position.def, nothing for everybody. Rules that pay nothing are left out. */
#ifndef ASTRALFIELD_LEAGUE_SCORING_PROFILE_H
#define ASTRALFIELD_LEAGUE_SCORING_PROFILE_H

#include "db/db.h"
#include "rules/preset.h"

struct json_t; /* jansson's */

/* Reads [{stat, points, from, to, positions}]: a rule with `from` or `to` pays once when the
 * statistic lies there, any other per unit. Faults at "/settings/scoringRules/3/stat" and so on. */
void scoring_read(struct arena *arena, const struct json_t *list, struct faults *faults,
                  struct rule_set *ret_set);

/* The canonical text, in `arena`. */
struct slice scoring_canonical(struct arena *arena, struct rule_set set);

/* Whether two sets are the same profile. */
bool scoring_equal(struct arena *arena, struct rule_set a, struct rule_set b);

/* Finds the profile of these rules or makes it. */
MUST_CHECK enum error scoring_find_or_create(struct arena *arena, struct tx *tx,
                                             struct rule_set set, int64_t *ret_profile_id);

/* A stored profile's rules, in the order they were given; inside `tx`, or on the shared read
 * connections when it is NULL. The rules live in `arena`. */
MUST_CHECK enum error scoring_load(struct arena *arena, struct tx *tx, int64_t profile_id,
                                   struct rule_set *ret_set);

#endif
