/* Draft clocks stand still while users cannot change anything, and go on with what was left.
 *
 * A frozen draft is a paused one whose `frozen_at` says since when: the remaining time is what there was at
 * that moment, whenever a node gets round to writing it down, so it outlives restarts and nodes. Meanwhile
 * no clock rings (draft_clock.h asks the database, not what a node remembers). */
#ifndef ASTRALFIELD_LEAGUE_DRAFT_FREEZE_H
#define ASTRALFIELD_LEAGUE_DRAFT_FREEZE_H

#include "league/draft.h"

/* Freezes or thaws one draft that needs it; *ret_changed false: none does. Whether changes are stopped is
 * read from the stored switches; `stopped_at` (0 = not) is what this process's environment says beside
 * them. `now` is the moment from which a thawed clock runs. Any number of nodes may call it at once. */
MUST_CHECK enum error draft_freeze_one(utime now, utime stopped_at, bool *ret_changed);

/* Since when changes are stopped, by the stored switches and `stopped_at`; 0 = they are not. In a
 * transaction. */
MUST_CHECK enum error draft_stopped_at(struct tx *tx, utime stopped_at, utime *ret_at);

#endif
