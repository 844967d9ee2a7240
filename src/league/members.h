/* Teams and the people who run them. */
#ifndef ASTRALFIELD_LEAGUE_MEMBERS_H
#define ASTRALFIELD_LEAGUE_MEMBERS_H

#include "league/ledger.h"

enum { CREST_COUNT = 12 };

struct team_new {
    struct slice name;     /* checked */
    int64_t owner_user_id; /* a member already; 0: nobody runs the team */
};

/* Part of other commands: adds a team with the next number, its budget and its place in the waiver
 * order, and appends team.joined. E_NAME_TAKEN. */
MUST_CHECK enum error team_add(struct change *change, const struct team_new *team,
                               int64_t *ret_team_id);

struct team_patch {
    struct slice name;   /* ptr NULL: unchanged */
    struct slice abbrev; /* ptr NULL: unchanged; 1 to 5 letters and digits */
    int crest;           /* 0 … CREST_COUNT-1; -1: unchanged */
};

/* Renames a team or gives it another abbreviation or crest. Its managers or the commissioner.
 * Event: team.changed {name, abbrev, crest as given}. Answer: {"teamId": …}. */
MUST_CHECK enum error team_update(struct change *change, int64_t league_id, int64_t team_id,
                                  const struct team_patch *patch);

struct league_join {
    struct slice invite_code; /* may be empty in a league that is open to join */
    struct slice team_name;   /* of a new team; empty: a team taken over keeps its name */
};

/* Joins with a new team, or takes over one that nobody runs (the invitation's, else the first) when
 * the league has all its teams. The actor must be a user. Answer: {"leagueId": …, "teamId": …};
 * teamId is null for an invitation that only lets look. Events: team.joined or team.taken_over.
 * E_INVITE, E_LEAGUE_FULL, E_ALREADY_MEMBER, E_NAME_TAKEN, E_LEAGUE_STATE. */
MUST_CHECK enum error league_join(struct change *change, int64_t league_id,
                                  const struct league_join *join);

/* Adds teams without managers until the league has all its teams. Commissioner; before the draft.
 * Answer: {"added": n}. */
MUST_CHECK enum error league_fill(struct change *change, int64_t league_id);

/* The actor leaves; his team stays, run by nobody. The commissioner cannot. Event: member.left.
 * Answer: {"success": true}. */
MUST_CHECK enum error league_leave(struct change *change, int64_t league_id);

/* The league of a team. E_NOT_FOUND. On the shared read connections. */
MUST_CHECK enum error team_league(struct arena *arena, struct faults *faults, int64_t team_id,
                                  int64_t *ret_league_id);

/* "Bay Area Bombers" gives "BAB", "Gridiron" gives "GRID". */
struct slice team_abbreviation(struct arena *arena, struct slice name);

#endif
