/* Picking for those who let the clock run out, and for everybody at once. */
#ifndef ASTRALFIELD_LEAGUE_DRAFT_CLOCK_H
#define ASTRALFIELD_LEAGUE_DRAFT_CLOCK_H

#include "league/draft.h"

/* Picks for every running draft whose deadline has passed at `now` (one pick each), and returns how
 * many picks were made and when the next deadline is (0: none). Any number of nodes may call it at
 * once: each pick is fenced by the league's lock, the pick's number and its deadline. The first
 * error is returned after all drafts were tried. In a fiber; takes no arena because each pick has
 * its own. */
MUST_CHECK enum error draft_tick(utime now, unsigned *ret_picks, utime *ret_next);

/* Drafts to the end in one command: starts the draft if it has not begun, then every pick is an
 * autopick. Operator, system, or commissioner. Answer: {"draftId": …, "picks": …}. */
MUST_CHECK enum error draft_run_to_end(struct change *change, int64_t draft_id);

#endif
