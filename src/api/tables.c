/* Every endpoint there is, area by area. */
#include "api/app.h"
#include "api/areas.h"
#include "base/check.h"

/* clang-format off */
static const struct endpoint_table *const areas[] = {
    &system_endpoints,
    &status_endpoints,
    &account_endpoints,
    &session_endpoints,
    &totp_endpoints,
    &dashboard_endpoints,
    &league_endpoints,
    &history_endpoints,
    &team_endpoints,
    &lineup_endpoints,
    &matchup_endpoints,
    &player_endpoints,
    &draft_endpoints,
    &import_endpoints,
    &ops_health_endpoints,
    &ops_health_cache_endpoints,
    &ops_metrics_endpoints,
    &ops_counts_endpoints,
    &ops_week_endpoints,
    &ops_errors_endpoints,
    &ops_security_endpoints,
    &ops_evidence_endpoints,
    &ops_cache_endpoints,
    &ops_people_endpoints,
    &ops_incident_endpoints,
    &ops_backup_endpoints,
    &ops_deploy_endpoints,
    &switch_endpoints,
    &ops_alert_endpoints,
    &ops_oncall_endpoints,
    &ops_simulation_endpoints,
    &ops_incident_report_endpoints,
};
/* clang-format on */

enum { AREAS = sizeof(areas) / sizeof(areas[0]) };

void app_tables(struct arena *arena, const struct endpoint_table **ret_tables, size_t *ret_count)
{
    struct endpoint_table *tables = ARENA_ARRAY(arena, AREAS, struct endpoint_table);
    for (size_t i = 0; i < AREAS; i++) {
        tables[i] = *areas[i];
    }
    *ret_tables = tables;
    *ret_count = AREAS;
}
