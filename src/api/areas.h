/* The endpoint tables, one per area; tables.c puts them together. */
#ifndef ASTRALFIELD_API_AREAS_H
#define ASTRALFIELD_API_AREAS_H

#include "http/endpoint.h"

extern const struct endpoint_table account_endpoints;
extern const struct endpoint_table session_endpoints;
extern const struct endpoint_table totp_endpoints;
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
extern const struct endpoint_table ops_health_endpoints;
extern const struct endpoint_table ops_health_cache_endpoints;
extern const struct endpoint_table ops_metrics_endpoints;
extern const struct endpoint_table ops_counts_endpoints;
extern const struct endpoint_table ops_week_endpoints;
extern const struct endpoint_table ops_errors_endpoints;
extern const struct endpoint_table ops_security_endpoints;
extern const struct endpoint_table ops_cache_endpoints;
extern const struct endpoint_table ops_people_endpoints;
extern const struct endpoint_table ops_incident_endpoints;
extern const struct endpoint_table ops_backup_endpoints;
extern const struct endpoint_table ops_deploy_endpoints;
extern const struct endpoint_table switch_endpoints;
extern const struct endpoint_table ops_alert_endpoints;
extern const struct endpoint_table ops_oncall_endpoints;
extern const struct endpoint_table ops_simulation_endpoints;
extern const struct endpoint_table ops_incident_report_endpoints;

#endif
