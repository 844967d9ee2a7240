/* Scoring profiles: sets of rules that leagues share.
 *
 * A profile is found by the SHA-256 of its canonical text: the line "astralfield scoring 1", then one
 * line per rule, sorted bytewise, joined by newlines:
 *
 *     stat key|per_unit or band|weight in millionths|from|to|positions
 *
 * from and to in thousandths, nothing for an open end; position keys joined by commas in the order
 * of position.def, nothing for everybody. Rules that pay nothing are left out. A rule that pays for
 * whole steps only ends with |step in thousandths. A profile that pays for what another platform
 * counted has the last line "source|" and its key. */
#ifndef ASTRALFIELD_LEAGUE_SCORING_PROFILE_H
#define ASTRALFIELD_LEAGUE_SCORING_PROFILE_H

#include "db/db.h"
#include "rules/preset.h"

struct json_t; /* jansson's */

/* Reads [{stat, points, from, to, step, positions}]: a rule with `from` or `to` pays once when the
 * statistic lies there, any other per unit. `step` makes a rule with a band pay per unit of the part
 * that lies in the band; above 0 it pays for whole steps of so many units only, 0 for fractions too.
 * Faults at "/settings/scoringRules/3/stat" and so on. */
void scoring_read(struct arena *arena, const struct json_t *list, struct faults *faults,
                  struct rule_set *ret_set);

/* The canonical text, in `arena`. */
struct slice scoring_canonical(struct arena *arena, struct rule_set set);

/* Whether two sets are the same profile. */
bool scoring_equal(struct arena *arena, struct rule_set a, struct rule_set b);

/* The same rules without own weights of positions: each such weight becomes a rule for those
 * positions, so that nobody of an unknown position is paid by it. Rules for the same case become
 * one. At most RULES_MAX come out: what is
 * beyond is left out, so look at the count first where rules come from outside. In `arena`. */
struct rule_set scoring_plain(struct arena *arena, struct rule_set set);

/* Finds the profile of these rules (made plain) for the NFL's statistics, or makes it. */
MUST_CHECK enum error scoring_find_or_create(struct arena *arena, struct tx *tx,
                                             struct rule_set set, int64_t *ret_profile_id);

/* The same for statistics as `stat_source` counted them: "nfl", "sleeper", "espn". */
MUST_CHECK enum error scoring_find_or_create_for(struct arena *arena, struct tx *tx,
                                                 struct rule_set set, struct slice stat_source,
                                                 int64_t *ret_profile_id);

/* Whose statistics a stored profile pays for; inside `tx`. */
MUST_CHECK enum error scoring_source(struct tx *tx, int64_t profile_id, struct slice *ret_source);

/* A stored profile's rules, in the order they were given; inside `tx`, or on the shared read
 * connections when it is NULL. The rules live in `arena`. */
MUST_CHECK enum error scoring_load(struct arena *arena, struct tx *tx, int64_t profile_id,
                                   struct rule_set *ret_set);

#endif
