/* Schemas and parameters that several areas share. */
#ifndef ASTRALFIELD_API_COMMON_H
#define ASTRALFIELD_API_COMMON_H

#include "api/app.h"

struct league_path {
    int64_t league_id;
};
extern const struct schema league_path;

struct league_week_path {
    int64_t league_id;
    int64_t week;
};
extern const struct schema league_week_path;

struct team_path {
    int64_t team_id;
};
extern const struct schema team_path;

struct team_week_path {
    int64_t team_id;
    int64_t week; /* query; 0 = the current one */
};
extern const struct schema team_week_path;

/* Reply schemas, named as in docs/api.md. */
extern const struct schema user_reply, team_ref_reply, record_reply, player_ref_reply, game_reply,
    matchup_reply, matchup_side_reply, event_reply, success_reply, league_summary_reply;

/* Enumerations as they go over the wire. */
extern const char *const league_states[];
extern const char *const visibilities[];
extern const char *const positions[];
extern const char *const game_states[];

#endif
