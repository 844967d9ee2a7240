/* The endpoint tables, one per area; tables.c puts them together. */
#ifndef ASTRALFIELD_API_AREAS_H
#define ASTRALFIELD_API_AREAS_H

#include "http/endpoint.h"

extern const struct endpoint_table account_endpoints, session_endpoints, totp_endpoints;
extern const struct endpoint_table system_endpoints;
extern const struct endpoint_table dashboard_endpoints;
extern const struct endpoint_table league_endpoints;
extern const struct endpoint_table history_endpoints;
extern const struct endpoint_table team_endpoints;
extern const struct endpoint_table lineup_endpoints;
extern const struct endpoint_table matchup_endpoints;
extern const struct endpoint_table player_endpoints;
extern const struct endpoint_table draft_endpoints;
extern const struct endpoint_table import_endpoints;
extern const struct endpoint_table status_endpoints;
extern const struct endpoint_table ops_evidence_endpoints;
extern const struct endpoint_table ops_health_endpoints, ops_health_cache_endpoints,
    ops_metrics_endpoints, ops_counts_endpoints, ops_week_endpoints, ops_errors_endpoints,
    ops_security_endpoints, ops_cache_endpoints, ops_people_endpoints, ops_incident_endpoints,
    ops_backup_endpoints, ops_deploy_endpoints;
extern const struct endpoint_table switch_endpoints;
    ops_backup_endpoints, ops_deploy_endpoints, ops_alert_endpoints, ops_oncall_endpoints,
    ops_simulation_endpoints, ops_incident_report_endpoints;

#endif
