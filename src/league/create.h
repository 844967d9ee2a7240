/* Making a league, changing its settings, taking it away before its draft. */
#ifndef ASTRALFIELD_LEAGUE_CREATE_H
#define ASTRALFIELD_LEAGUE_CREATE_H

#include "league/ledger.h"
#include "league/settings.h"

struct league_new {
    struct slice name;             /* 1 to 80 characters */
    struct slice team_name;        /* the commissioner's own team; empty: he has none */
    int season;                    /* 0: the newest season there is */
    const struct json_t *settings; /* partial; NULL: the defaults */
    int64_t commissioner_id;       /* 0: the actor */
    utime replay_at; /* where the league's clock shall stand; 0: real time, or, for a season
                                that is over, a week before its first game */
    const unsigned char *seed; /* 32 bytes that decide what is drawn by lot (draft order, schedule),
                                  for repeatable runs; NULL: from the kernel */
};

/* Makes a league with its commissioner, his team, its weeks and a scheduled draft; *ret_league_id
 * is also set for a repeat. Answer: {"leagueId": …, "teamId": …|null}. Events: league.created,
 * team.joined. E_INVALID and E_SETTINGS name every fault. */
MUST_CHECK enum error league_create(struct change *change, const struct league_new *wanted,
                                    int64_t *ret_league_id);

struct league_patch {
    struct slice name;             /* ptr NULL: unchanged */
    const struct json_t *settings; /* NULL: unchanged */
};

/* Changes the name and any settings that may still change. Commissioner. Events: league.renamed,
 * league.settings_changed with {setting: {from, to}}. A patch that changes nothing makes no event.
 * Answer: {"leagueId": …}. */
MUST_CHECK enum error league_update(struct change *change, int64_t league_id,
                                    const struct league_patch *patch);

/* Takes a league away that has not drafted; `confirm_name` must be its name, letter by letter.
 * Commissioner. Its ledger stays. Event: league.deleted. Answer: {"success": true}. */
MUST_CHECK enum error league_delete(struct change *change, int64_t league_id,
                                    struct slice confirm_name);

/* A name of a league or team: trimmed, 1 to 80 characters, no control characters; otherwise a fault
 * at `at`. */
struct slice checked_name(struct slice name, struct slice at, struct faults *faults);

#endif
