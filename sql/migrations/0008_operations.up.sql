-- Running the place: audit, jobs, incidents, switches, errors, figures, feedback.

create table audit_log (
    seq bigint not null,
    at timestamptz not null,
    actor_kind text not null,
    actor_user_id bigint,
    action text not null,
    target_kind text,
    target_id text,
    league_id bigint,
    before jsonb,
    after jsonb,
    reason text,
    ip inet,
    request_id text,
    incident_ref text,
    prev_hash bytea not null,
    hash bytea not null,
    constraint audit_log_pk primary key (seq),
    constraint audit_log_actor_fk foreign key (actor_user_id) references users (id),
    constraint audit_log_league_fk foreign key (league_id) references leagues (id),
    constraint audit_log_seq_positive check (seq > 0),
    constraint audit_log_actor_kind_known check (actor_kind in ('user', 'operator', 'local', 'system', 'job')),
    constraint audit_log_actor_by_kind check (actor_user_id is not null or actor_kind in ('local', 'system', 'job')),
    constraint audit_log_action_form check (action ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' and length(action) <= 64),
    constraint audit_log_target_both check ((target_kind is null) = (target_id is null)),
    constraint audit_log_target_kind_form check (target_kind ~ '^[a-z][a-z_]{0,39}$'),
    constraint audit_log_target_id_length check (length(target_id) between 1 and 200),
    constraint audit_log_reason_length check (length(reason) <= 1000),
    constraint audit_log_request_id_length check (length(request_id) <= 64),
    constraint audit_log_incident_ref_form check (incident_ref ~ '^[A-Z]{2,5}-[0-9A-Za-z-]{1,40}$'),
    constraint audit_log_prev_hash_length check (octet_length(prev_hash) = 32),
    constraint audit_log_hash_length check (octet_length(hash) = 32),
    constraint audit_log_hash_moves check (hash <> prev_hash),
    constraint audit_log_first_link check ((seq = 1) = (prev_hash = decode(repeat('00', 32), 'hex')))
);
comment on table audit_log is 'What operators and the system did, hash-chained. Append-only; numbers from streams.';
comment on column audit_log.actor_kind is 'local: the command line on the machine itself.';
create index audit_log_at_idx on audit_log (at);
create index audit_log_actor_idx on audit_log (actor_user_id, at) where actor_user_id is not null;
create index audit_log_league_idx on audit_log (league_id, seq) where league_id is not null;
create trigger audit_log_append_only
before update or delete or truncate on audit_log
for each statement execute function refuse_change();

create table jobs (
    id bigint generated always as identity,
    kind text not null,
    key text not null,
    league_id bigint,
    payload jsonb not null default '{}',
    state text not null default 'queued',
    run_at timestamptz not null,
    attempts smallint not null default 0,
    attempts_max smallint not null default 3,
    lease_until timestamptz,
    worker text,
    started_at timestamptz,
    finished_at timestamptz,
    result jsonb,
    error text,
    constraint jobs_pk primary key (id),
    constraint jobs_league_fk foreign key (league_id) references leagues (id),
    constraint jobs_kind_form check (kind ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' and length(kind) <= 64),
    constraint jobs_key_length check (length(key) between 1 and 200),
    constraint jobs_payload_is_object check (jsonb_typeof(payload) = 'object'),
    constraint jobs_result_is_object check (jsonb_typeof(result) = 'object'),
    constraint jobs_state_known check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    constraint jobs_attempts_range check (attempts between 0 and attempts_max),
    constraint jobs_attempts_max_range check (attempts_max between 1 and 100),
    constraint jobs_lease_by_state check ((state = 'running') = (lease_until is not null)),
    constraint jobs_worker_by_state check (state <> 'running' or (worker is not null and started_at is not null)),
    constraint jobs_finished_by_state check ((state in ('done', 'failed', 'cancelled')) = (finished_at is not null)),
    constraint jobs_error_by_state check (error is not null or state <> 'failed'),
    constraint jobs_worker_length check (length(worker) between 1 and 200),
    constraint jobs_error_length check (length(error) <= 4000)
);
comment on table jobs is 'Work to do and work done, with leases: a job whose worker died is taken by another.';
create unique index jobs_open_key_unique on jobs (kind, key) where state in ('queued', 'running');
create index jobs_due_idx on jobs (run_at) where state = 'queued';
create index jobs_lease_idx on jobs (lease_until) where state = 'running';
create index jobs_history_idx on jobs (kind, finished_at) where finished_at is not null;
create index jobs_league_idx on jobs (league_id) where league_id is not null;

create table incidents (
    id bigint generated always as identity,
    ref text not null,
    kind text not null,
    severity text not null,
    state text not null default 'open',
    title text not null,
    description text,
    detected_at timestamptz not null,
    detected_by text not null,
    responder text,
    mitigated_at timestamptz,
    resolved_at timestamptz,
    summary text,
    constraint incidents_pk primary key (id),
    constraint incidents_ref_unique unique (ref),
    constraint incidents_ref_form check (ref ~ '^[A-Z]{2,5}-[0-9A-Za-z-]{1,40}$'),
    constraint incidents_kind_known check (kind in ('incident', 'security', 'alert', 'simulation')),
    constraint incidents_severity_known check (severity in ('P0', 'P1', 'P2', 'P3')),
    constraint incidents_state_known check (state in ('open', 'mitigated', 'resolved')),
    constraint incidents_mitigated_by_state check (mitigated_at is not null or state <> 'mitigated'),
    constraint incidents_resolved_by_state check ((state = 'resolved') = (resolved_at is not null)),
    constraint incidents_order check (mitigated_at >= detected_at and resolved_at >= detected_at),
    constraint incidents_title_length check (length(title) between 1 and 200),
    constraint incidents_description_length check (length(description) <= 8000),
    constraint incidents_detected_by_length check (length(detected_by) between 1 and 200),
    constraint incidents_responder_length check (length(responder) <= 200),
    constraint incidents_summary_length check (length(summary) <= 20000)
);
comment on table incidents is 'Incidents, security events, alerts and drills.';
create index incidents_open_idx on incidents (severity, detected_at) where state <> 'resolved';
create index incidents_detected_idx on incidents (detected_at);

create table incident_notes (
    incident_id bigint not null,
    ordinal integer not null,
    at timestamptz not null default now(),
    author_user_id bigint,
    body text not null,
    constraint incident_notes_pk primary key (incident_id, ordinal),
    constraint incident_notes_incident_fk foreign key (incident_id) references incidents (id),
    constraint incident_notes_author_fk foreign key (author_user_id) references users (id),
    constraint incident_notes_ordinal_positive check (ordinal > 0),
    constraint incident_notes_body_length check (length(body) between 1 and 8000)
);
comment on table incident_notes is 'The timeline of an incident as people wrote it.';
create index incident_notes_author_idx on incident_notes (author_user_id) where author_user_id is not null;

create table ops_controls (
    kind text not null,
    key text not null,
    value jsonb not null,
    reason text not null,
    set_by_user_id bigint,
    set_at timestamptz not null default now(),
    expires_at timestamptz,
    constraint ops_controls_pk primary key (kind, key),
    constraint ops_controls_set_by_fk foreign key (set_by_user_id) references users (id),
    constraint ops_controls_kind_known check (kind in ('flag', 'feature', 'ip_block', 'alert_rule')),
    constraint ops_controls_key_length check (length(key) between 1 and 100),
    constraint ops_controls_ip_block_is_address check (kind <> 'ip_block' or key ~ '^[0-9a-f.:]+(/[0-9]{1,3})?$'),
    constraint ops_controls_reason_length check (length(reason) between 1 and 1000),
    constraint ops_controls_expiry_after_start check (expires_at > set_at)
);
comment on table ops_controls is 'Switches, blocks and alert rules that change the running system. Each change is in the audit log.';
create index ops_controls_set_by_idx on ops_controls (set_by_user_id) where set_by_user_id is not null;
create index ops_controls_expires_idx on ops_controls (expires_at) where expires_at is not null;

create table error_events (
    id bigint generated always as identity,
    fingerprint bytea not null,
    source text not null,
    category text not null,
    severity text not null,
    route text,
    message text not null,
    sample jsonb not null default '{}',
    count bigint not null default 1,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    resolved_at timestamptz,
    resolved_by_user_id bigint,
    constraint error_events_pk primary key (id),
    constraint error_events_fingerprint_unique unique (fingerprint),
    constraint error_events_resolved_by_fk foreign key (resolved_by_user_id) references users (id),
    constraint error_events_fingerprint_length check (octet_length(fingerprint) = 32),
    constraint error_events_source_known check (source in ('server', 'client', 'job', 'cli')),
    constraint error_events_category_known check (category in (
        'user', 'system', 'network', 'database', 'auth', 'authz', 'validation', 'business_logic', 'performance', 'integration', 'external_api'
    )),
    constraint error_events_severity_known check (severity in ('low', 'medium', 'high', 'critical')),
    constraint error_events_route_length check (length(route) <= 300),
    constraint error_events_message_length check (length(message) between 1 and 1000),
    constraint error_events_sample_is_object check (jsonb_typeof(sample) = 'object'),
    constraint error_events_count_positive check (count > 0),
    constraint error_events_seen_order check (last_seen_at >= first_seen_at),
    constraint error_events_resolved_by_when check (resolved_by_user_id is null or resolved_at is not null)
);
comment on table error_events is 'Errors grouped by fingerprint.';
create index error_events_last_seen_idx on error_events (last_seen_at);
create index error_events_resolved_by_idx on error_events (resolved_by_user_id) where resolved_by_user_id is not null;

create table error_counts (
    error_id bigint not null,
    hour timestamptz not null,
    count bigint not null,
    users_affected integer not null default 0,
    constraint error_counts_pk primary key (error_id, hour),
    constraint error_counts_error_fk foreign key (error_id) references error_events (id) on delete cascade,
    constraint error_counts_hour_is_whole check (hour = date_trunc('hour', hour, 'UTC')),
    constraint error_counts_count_positive check (count > 0),
    constraint error_counts_users_not_negative check (users_affected >= 0)
);
comment on table error_counts is 'How often each error came, by hour.';
create index error_counts_hour_idx on error_counts (hour);

create table metric_rollups (
    grain text not null,
    bucket timestamptz not null,
    name text not null,
    labels text not null default '',
    node text not null,
    count bigint not null,
    sum numeric not null,
    min numeric,
    max numeric,
    histogram bigint[],
    constraint metric_rollups_pk primary key (grain, bucket, name, labels, node),
    constraint metric_rollups_grain_known check (grain in ('minute', 'hour', 'day')),
    constraint metric_rollups_bucket_is_whole check (bucket = date_trunc(grain, bucket, 'UTC')),
    constraint metric_rollups_name_form check (name ~ '^[a-z][a-z0-9_]{0,79}$'),
    constraint metric_rollups_labels_length check (length(labels) <= 400),
    constraint metric_rollups_node_length check (length(node) between 1 and 100),
    constraint metric_rollups_count_not_negative check (count >= 0),
    constraint metric_rollups_min_max_order check (min <= max)
);
comment on table metric_rollups is 'Measured figures by minute, hour and day, per node.';

create table feedback (
    id bigint generated always as identity,
    parent_id bigint,
    user_id bigint,
    kind text,
    category text,
    priority text,
    state text,
    title text,
    body text not null,
    page text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint feedback_pk primary key (id),
    constraint feedback_parent_fk foreign key (parent_id) references feedback (id),
    constraint feedback_user_fk foreign key (user_id) references users (id),
    constraint feedback_kind_known check (kind in ('bug', 'feature', 'general', 'usability', 'performance')),
    constraint feedback_category_known check (category in ('draft', 'trades', 'scoring', 'waivers', 'mobile', 'general', 'performance')),
    constraint feedback_priority_known check (priority in ('low', 'medium', 'high', 'critical')),
    constraint feedback_state_known check (state in ('open', 'acknowledged', 'in_progress', 'resolved', 'closed')),
    constraint feedback_head_or_reply check (
        num_nonnulls(kind, category, priority, state, title) = case when parent_id is null then 5 else 0 end
    ),
    constraint feedback_parent_is_other check (parent_id <> id),
    constraint feedback_title_length check (length(title) between 1 and 200),
    constraint feedback_body_length check (length(body) between 1 and 8000),
    constraint feedback_page_length check (length(page) <= 400)
);
comment on table feedback is 'What users tell us and the answers: a thread is one head and its replies.';
create index feedback_parent_idx on feedback (parent_id) where parent_id is not null;
create index feedback_user_idx on feedback (user_id) where user_id is not null;
create index feedback_open_idx on feedback (priority, created_at) where state in ('open', 'acknowledged', 'in_progress');
