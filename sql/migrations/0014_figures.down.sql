drop index audit_log_sign_ins_idx;
drop index auth_events_refused_idx;
drop index sessions_last_seen_idx;
drop table admin_access;
drop function audit_hash;
drop index metric_rollups_bucket_idx;
drop aggregate figures_sum(bigint[]);
drop function figures_add;
