/* The draft: whose turn it is, what is picked, and what follows the last pick.
 *
 * A league has a scheduled draft from its first day. The order is drawn when the league is full and
 * the draft is made anew (draft_create) or, at the latest, when it starts. Everything drawn by lot
 * comes from a 32 byte seed whose SHA-256 is published before (order_commitment) and which the
 * event draft.ordered tells. Picks are rows from the start on, so that the board is one table.
 *
 * The server's clock is the only one: a running draft has a deadline, draft_clock.h picks for whoever
 * lets it pass. With the last pick the rosters are filled, the schedule is made and the season
 * starts, all in the same transaction.
 *
 * Functions that take a draft id find its league themselves. E_NOT_FOUND; E_DRAFT_STATE when the
 * draft does not stand where this makes sense; E_FORBIDDEN. */
#ifndef ASTRALFIELD_LEAGUE_DRAFT_H
#define ASTRALFIELD_LEAGUE_DRAFT_H

#include "league/ledger.h"
#include "league/settings.h"

enum {
    DRAFT_AUTO_PAUSE_S = 2, /* before a team that picks by itself does (api-inventory 5.4) */
};

enum draft_maker { PICK_BY_MANAGER, PICK_BY_COMMISSIONER, PICK_BY_AUTO };
enum draft_auto_reason { AUTO_TIMEOUT, AUTO_ABSENT, AUTO_ASKED };

struct draft_new {
    enum settings_draft kind;
    int64_t seconds_per_pick;  /* 5 … 604800; 0: as the league's settings say */
    int64_t rounds;            /* 1 … roster size; 0: roster size */
    bool is_manual;            /* team_order is the order; else it is drawn */
    const int64_t *team_order; /* every team once */
    size_t team_count;
    utime scheduled_at; /* 0: not said */
};

/* Sets up the draft that has not begun, or a new one after a cancelled one, and orders it: by hand,
 * or by lot when the league is full. Commissioner, before the draft. Events: draft.created,
 * draft.ordered. Answer: {"draftId": …, "leagueId": …}. */
MUST_CHECK enum error draft_create(struct change *change, int64_t league_id,
                                   const struct draft_new *wanted);

enum draft_action { DRAFT_START, DRAFT_PAUSE, DRAFT_RESUME, DRAFT_CANCEL };

/* Commissioner. A start needs all teams and takes the league from setup to drafting; a pause keeps
 * the time that was left; a cancelled draft's picks are undone, the league goes back to setup and
 * has a fresh scheduled draft. Events: draft.ordered (if not yet), draft.started, draft.paused,
 * draft.resumed, draft.cancelled. Answer: {"draftId": …} (after a cancel: of the fresh one). */
MUST_CHECK enum error draft_control(struct change *change, int64_t draft_id,
                                    enum draft_action action);

/* The team on the clock picks a player; the commissioner may pick for others. `expected_pick` (0:
 * any) fences against a clock that has moved on. Event: draft.picked; with the last pick also
 * draft.completed, schedule.made, season.started. Answer: {"number": …, "playerId": …}.
 * E_NOT_YOUR_TURN, E_PLAYER_TAKEN, E_NOT_FOUND for a player, E_INVALID for one who fits no slot. */
MUST_CHECK enum error draft_pick_player(struct change *change, int64_t draft_id, int64_t player_id,
                                        int expected_pick);

/* Picks for the team on the clock: its queue, then rank and need (rules/autopick.h). Its managers
 * or the commissioner; the clock uses draft_clock.h. Answer as above. E_PLAYER_TAKEN when no player
 * is left. */
MUST_CHECK enum error draft_autopick(struct change *change, int64_t draft_id);

/* Lets a team pick by itself from now on, or no longer. Its managers or the commissioner. Event:
 * draft.auto_set. Answer: {"teamId": …, "enabled": …}. */
MUST_CHECK enum error draft_set_auto(struct change *change, int64_t draft_id, int64_t team_id,
                                     bool is_enabled);

/* Replaces the team's queue (at most QUEUE_MAX players, best first). Its managers or the
 * commissioner. Event (for the team): draft.queue_set {count}. Answer: {"teamId": …, "count": …}.
 * E_INVALID for a player named twice or unknown. */
MUST_CHECK enum error draft_set_queue(struct change *change, int64_t league_id, int64_t team_id,
                                      const int64_t *player_ids, size_t count);

/* The league of a draft, on the shared read connections. E_NOT_FOUND. */
MUST_CHECK enum error draft_league(struct arena *arena, struct faults *faults, int64_t draft_id,
                                   int64_t *ret_league_id);

#endif
