/* Free agents: adding and dropping players.
 *
 * Rules: features.md rows 49-51 (locks), 54 (a recovered player on reserve blocks adds), 56 (position
 * limits), 58, 59 (add limits); api-inventory 5.5. Who was dropped is on waivers for the league's
 * waiver hours; whose game has begun is on waivers until the first regular run after the week. A
 * league without waivers has neither. Times are those of the league's clock. */
#ifndef ASTRALFIELD_LEAGUE_MOVES_H
#define ASTRALFIELD_LEAGUE_MOVES_H

#include "league/ledger.h"

struct move {
    int64_t team_id;
    int64_t add_player_id;  /* 0: nobody */
    int64_t drop_player_id; /* 0: nobody */
};

/* Adds a free agent, drops a player, or both. The team's managers or the commissioner. Event:
 * roster.add, roster.drop or roster.add_drop {added, dropped: {playerId, name, position}}. Answer:
 * {"seq", "added": playerId|null, "dropped": playerId|null}. E_PLAYER_TAKEN, E_PLAYER_ON_WAIVERS
 * (with when he clears), E_PLAYER_NOT_OWNED, E_PLAYER_LOCKED, E_ROSTER_FULL, E_POSITION_LIMIT,
 * E_ADD_LIMIT, E_LEAGUE_STATE, E_WEEK_STATE, E_NOT_FOUND. */
MUST_CHECK enum error move_add_drop(struct change *change, int64_t league_id,
                                    const struct move *move);

#endif
