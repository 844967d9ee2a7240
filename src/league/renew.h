/* The next season of a league that is complete. */
#ifndef ASTRALFIELD_LEAGUE_RENEW_H
#define ASTRALFIELD_LEAGUE_RENEW_H

#include "league/ledger.h"

enum { RENEW_KEEPERS_MAX = 640 };

struct renewal {
    int season;             /* later than the league's; 0: the one after it */
    const int64_t *keepers; /* player ids, for a keeper league */
    size_t keeper_count;    /* at most RENEW_KEEPERS_MAX */
    bool has_keepers;       /* false: those the teams have marked */
    const unsigned char
        *seed; /* 32 bytes that decide what is drawn by lot; NULL: from the kernel */
};

/* Makes the next season of a league as a league of its own, linked with it: name, every setting,
 * slots, tie-breaks, the scoring rules (paying for the NFL's statistics, whosever they paid for
 * before), members, teams with their managers and divisions, claims by reverse standings, picks of
 * seasons to come that have changed hands, and a scheduled draft.
 *
 * Who is kept: in a dynasty everybody, where he stood; in a keeper league the named or marked
 * players. Both draft in reverse order of the standings, redraft leagues by lot. A keeper league's
 * draft has as many rounds as the team with the most keepers has places left, so that no roster
 * overflows; a dynasty's as many as its last draft of rookies.
 *
 * Commissioner. Answer: {"leagueId": …}, the new league's. Events: league.renewed in the old
 * league; league.created, team.joined, roster.carried, picks.carried, draft.created, draft.ordered in
 * the new one. E_LEAGUE_STATE when the league is not complete or has a next season, E_NO_STATS when
 * the NFL's season is not there, E_SETTINGS when its weeks are too few, E_INVALID and
 * E_PLAYER_NOT_OWNED for keepers, E_ROSTER_FULL for too many of them. */
MUST_CHECK enum error league_renew(struct change *change, int64_t league_id,
                                   const struct renewal *wanted, int64_t *ret_league_id);

#endif
