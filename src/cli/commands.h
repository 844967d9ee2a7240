/* The commands, one file each. */
#ifndef ASTRALFIELD_CLI_COMMANDS_H
#define ASTRALFIELD_CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct command up_command;
extern const struct command serve_command;
extern const struct command demo_command;
extern const struct command import_nfl_command;
extern const struct command import_sample_command;
extern const struct command import_sleeper_command;
extern const struct command import_espn_command;
extern const struct command season_play_command;
extern const struct command points_command;
extern const struct command verify_ledger_command;
extern const struct command verify_league_command;
extern const struct command user_add_command;
extern const struct command admin_create_command;
extern const struct command admin_grant_command;
extern const struct command admin_totp_command;
extern const struct command session_list_command;
extern const struct command session_revoke_command;
extern const struct command routes_command;
extern const struct command openapi_command;
extern const struct command api_manual_command;
extern const struct command migrate_status_command;
extern const struct command migrate_up_command;
extern const struct command migrate_down_command;
extern const struct command config_command;
extern const struct command backup_run_command;
extern const struct command backup_list_command;
extern const struct command backup_latest_command;
extern const struct command backup_verify_command;
extern const struct command backup_prune_command;
extern const struct command backup_dump_command;
extern const struct command backup_init_command;
extern const struct command drill_restore_command;
extern const struct command drill_deploy_command;
extern const struct command drill_chaos_command;
extern const struct command drill_full_command;
extern const struct command drill_list_command;
extern const struct command drill_show_command;
extern const struct command restore_command;
extern const struct command wal_archive_command;
extern const struct command statuspage_publish_command;
extern const struct command statuspage_show_command;
extern const struct command wal_fetch_command;
extern const struct command wal_status_command;
extern const struct command wal_sync_command;
extern const struct command db_status_command;
extern const struct command db_slow_command;
extern const struct command db_size_command;
extern const struct command db_maintain_command;
extern const struct command manual_command;
extern const struct command completion_command;
extern const struct command health_command;
extern const struct command smoke_command;
extern const struct command cache_stats_command;
extern const struct command cache_warm_command;
extern const struct command cache_clear_command;
extern const struct command db_connections_command;
extern const struct command db_indexes_command;
extern const struct command report_weekly_command;
extern const struct command report_performance_command;
extern const struct command report_security_command;
extern const struct command report_access_command;
extern const struct command report_capacity_command;
extern const struct command verify_data_command;
extern const struct command verify_recovery_command;
extern const struct command doctor_command;
extern const struct command deploy_command;
extern const struct command rollback_command;
extern const struct command releases_list_command;
extern const struct command releases_show_command;
extern const struct command releases_prune_command;
extern const struct command releases_note_command;
extern const struct command releases_sign_command;
extern const struct command releases_key_command;
extern const struct command loadtest_command;

extern const struct command env_ls_command, env_get_command, env_set_command, env_unset_command,
    env_diff_command, env_history_command, env_rollback_command, maintenance_on_command,
    maintenance_off_command, maintenance_readonly_command, maintenance_status_command,
    lockdown_on_command, lockdown_off_command, lockdown_status_command;

#endif
