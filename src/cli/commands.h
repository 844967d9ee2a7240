/* The commands, one file each. */
#ifndef ASTRALFIELD_CLI_COMMANDS_H
#define ASTRALFIELD_CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct command up_command, serve_command, demo_command, import_nfl_command,
    import_sample_command, import_sleeper_command, import_espn_command, season_play_command,
    points_command, verify_ledger_command, verify_league_command, user_add_command, routes_command,
    openapi_command, api_manual_command, migrate_status_command, migrate_up_command,
    migrate_down_command, config_command;

extern const struct command backup_run_command, backup_list_command, backup_latest_command,
    backup_verify_command, backup_prune_command, backup_dump_command, backup_init_command,
    restore_command, wal_archive_command, wal_fetch_command, wal_status_command, wal_sync_command,
    db_status_command, db_slow_command, db_size_command, db_maintain_command;

extern const struct command manual_command, completion_command, health_command, smoke_command,
    cache_stats_command, cache_warm_command, cache_clear_command, db_connections_command,
    db_indexes_command, report_weekly_command, report_performance_command, report_security_command,
    report_access_command, report_capacity_command, verify_data_command, verify_recovery_command,
    doctor_command;

#endif
