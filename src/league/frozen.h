/* What finalising and correcting share; nobody else includes this. */
#ifndef ASTRALFIELD_LEAGUE_FROZEN_H
#define ASTRALFIELD_LEAGUE_FROZEN_H

#include "base/json.h"
#include "league/week.h"

/* One row for team_week_scores. */
void frozen_score(struct json *json, const struct week_teams *teams, const struct week_team *team);

#endif
