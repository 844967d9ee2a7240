/* Taking over from a placeholder: a manager who is known from an imported league only. Whoever
 * accepts the invitation to his team is him, in all seasons of that league. */
#ifndef ASTRALFIELD_LEAGUE_CLAIM_H
#define ASTRALFIELD_LEAGUE_CLAIM_H

#include "league/ledger.h"

struct claim {
    struct rows places; /* the first one is the change's own league */
};

/* Looks who runs the team; no places when it is no placeholder. Part of league_join. */
MUST_CHECK enum error claim_find(struct change *change, int64_t team_id, struct claim *ret_claim);

/* Moves member and team in the change's own league. */
void claim_here(struct change *change, const struct claim *claim);

/* Ends the command with `answer`, moves member and team in the other seasons (event there:
 * team.taken_over), and commits. */
MUST_CHECK enum error claim_commit(struct change *change, const struct claim *claim,
                                   struct slice answer);

#endif
