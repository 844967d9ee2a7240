/* The endpoint tables, one per area; tables.c puts them together. */
#ifndef ASTRALFIELD_API_AREAS_H
#define ASTRALFIELD_API_AREAS_H

#include "http/endpoint.h"

extern const struct endpoint_table account_endpoints;
extern const struct endpoint_table system_endpoints;
extern const struct endpoint_table dashboard_endpoints;
extern const struct endpoint_table league_endpoints;
extern const struct endpoint_table team_endpoints;
extern const struct endpoint_table lineup_endpoints;
extern const struct endpoint_table matchup_endpoints;
extern const struct endpoint_table player_endpoints;
extern const struct endpoint_table draft_endpoints;

#endif
