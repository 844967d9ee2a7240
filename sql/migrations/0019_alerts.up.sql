-- Alerts, what is told about them, who is called, and incidents that wait for an answer.

create table alert_nodes (
    node text not null,
    at timestamptz not null,
    figures jsonb not null,
    constraint alert_nodes_pk primary key (node),
    constraint alert_nodes_node_length check (length(node) between 1 and 100),
    constraint alert_nodes_figures_is_object check (jsonb_typeof(figures) = 'object')
);
comment on table alert_nodes is 'What each server measured last for the alert rules, in thousandths of the rule''s unit.';

create table alert_clock (
    id boolean not null default true,
    evaluated_at timestamptz not null,
    node text not null,
    constraint alert_clock_pk primary key (id),
    constraint alert_clock_one_row check (id),
    constraint alert_clock_node_length check (length(node) <= 100)
);
comment on table alert_clock is 'Its lock is the fence: one server at a time decides about alerts.';
insert into alert_clock (evaluated_at, node) values ('epoch', '');

create table alert_states (
    rule text not null,
    stage text not null,
    since timestamptz not null,
    clear_since timestamptz,
    value bigint not null,
    node text not null,
    constraint alert_states_pk primary key (rule),
    constraint alert_states_rule_form check (rule ~ '^[a-z][a-z0-9_]{0,79}$'),
    constraint alert_states_stage_known check (stage in ('pending', 'firing')),
    constraint alert_states_clear_when_firing check (clear_since is null or stage = 'firing'),
    constraint alert_states_node_length check (length(node) between 1 and 100)
);
comment on table alert_states is 'Rules that are pending or firing; a rule without a row is quiet.';

alter table incidents
add column subject text,
add column acknowledged_at timestamptz,
add column acknowledged_by text,
add column escalation_step smallint not null default 0,
add column escalate_at timestamptz,
add constraint incidents_subject_form check (subject ~ '^[a-z][a-z0-9_]{0,79}$'),
add constraint incidents_acknowledged_both check ((acknowledged_at is null) = (acknowledged_by is null)),
add constraint incidents_acknowledged_by_length check (length(acknowledged_by) between 1 and 200),
add constraint incidents_escalation_step_range check (escalation_step between 0 and 3);
comment on column incidents.subject is 'Of the alert that opened it.';
comment on column incidents.escalate_at is 'When the next person is called unless somebody acknowledges; null = nobody is.';
create index incidents_escalate_idx on incidents (escalate_at)
where state = 'open' and acknowledged_at is null and escalate_at is not null;

create table alerts (
    id bigint generated always as identity,
    subject text not null,
    rule text not null,
    severity text not null,
    value bigint not null,
    threshold bigint not null,
    node text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    told_severity text,
    incident_id bigint,
    is_simulation boolean not null default false,
    acknowledged_at timestamptz,
    acknowledged_by text,
    constraint alerts_pk primary key (id),
    constraint alerts_incident_fk foreign key (incident_id) references incidents (id),
    constraint alerts_subject_form check (subject ~ '^[a-z][a-z0-9_]{0,79}$'),
    constraint alerts_rule_form check (rule ~ '^[a-z][a-z0-9_]{0,79}$'),
    constraint alerts_severity_known check (severity in ('warning', 'critical', 'emergency')),
    constraint alerts_told_known check (told_severity in ('warning', 'critical', 'emergency')),
    constraint alerts_order check (ended_at >= started_at),
    constraint alerts_node_length check (length(node) between 1 and 100),
    constraint alerts_acknowledged_both check ((acknowledged_at is null) = (acknowledged_by is null)),
    constraint alerts_acknowledged_by_length check (length(acknowledged_by) between 1 and 200)
);
comment on table alerts is 'Alerts by subject, from the first rule that fired to the last that ended.';
comment on column alerts.told_severity is 'The highest severity that people were told about; null = nothing yet.';
create unique index alerts_open_unique on alerts (subject) where ended_at is null;
create index alerts_started_idx on alerts (started_at);
create index alerts_incident_idx on alerts (incident_id) where incident_id is not null;

create table alert_silences (
    id bigint generated always as identity,
    matches text not null,
    reason text not null,
    made_by text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    ended_at timestamptz,
    constraint alert_silences_pk primary key (id),
    constraint alert_silences_matches_form check (matches = '*' or matches ~ '^[a-z][a-z0-9_]{0,79}$'),
    constraint alert_silences_reason_length check (length(reason) between 1 and 1000),
    constraint alert_silences_made_by_length check (length(made_by) between 1 and 200),
    constraint alert_silences_order check (ends_at > starts_at),
    constraint alert_silences_ended_order check (ended_at >= starts_at)
);
comment on table alert_silences is 'Rules and subjects nobody wants to hear about until then; * is all.';
create index alert_silences_ends_idx on alert_silences (ends_at) where ended_at is null;

create table alert_messages (
    id bigint generated always as identity,
    dedup text not null,
    at timestamptz not null,
    kind text not null,
    severity text not null,
    subject text not null,
    title text not null,
    body text not null,
    recipients text[] not null default '{}',
    alert_id bigint,
    incident_id bigint,
    is_simulation boolean not null default false,
    is_test boolean not null default false,
    constraint alert_messages_pk primary key (id),
    constraint alert_messages_dedup_unique unique (dedup),
    constraint alert_messages_alert_fk foreign key (alert_id) references alerts (id),
    constraint alert_messages_incident_fk foreign key (incident_id) references incidents (id),
    constraint alert_messages_dedup_length check (length(dedup) between 1 and 200),
    constraint alert_messages_kind_known check (kind in ('firing', 'resolved', 'incident', 'escalation', 'note', 'page', 'test')),
    constraint alert_messages_severity_length check (length(severity) between 1 and 20),
    constraint alert_messages_subject_length check (length(subject) between 1 and 100),
    constraint alert_messages_title_length check (length(title) between 1 and 300),
    constraint alert_messages_body_length check (length(body) <= 10000),
    constraint alert_messages_recipients_count check (cardinality(recipients) <= 50)
);
comment on table alert_messages is 'What people are told. Each is made once (dedup), whoever makes it.';
create index alert_messages_at_idx on alert_messages (at);
create index alert_messages_alert_idx on alert_messages (alert_id) where alert_id is not null;
create index alert_messages_incident_idx on alert_messages (incident_id) where incident_id is not null;

create table alert_deliveries (
    message_id bigint not null,
    sink text not null,
    state text not null default 'waiting',
    tries integer not null default 0,
    next_at timestamptz not null,
    claimed_until timestamptz,
    last_error text,
    ended_at timestamptz,
    constraint alert_deliveries_pk primary key (message_id, sink),
    constraint alert_deliveries_message_fk foreign key (message_id) references alert_messages (id) on delete cascade,
    constraint alert_deliveries_sink_known check (sink in ('slack', 'webhook', 'mail', 'command')),
    constraint alert_deliveries_state_known check (state in ('waiting', 'sent', 'failed')),
    constraint alert_deliveries_ended_by_state check ((state = 'waiting') = (ended_at is null)),
    constraint alert_deliveries_tries_not_negative check (tries >= 0),
    constraint alert_deliveries_error_length check (length(last_error) <= 1000)
);
comment on table alert_deliveries is 'The queue: one row for each message and place it goes to, with what came of it.';
create index alert_deliveries_waiting_idx on alert_deliveries (sink, next_at) where state = 'waiting';

create table oncall_roles (
    role text not null,
    people text[] not null,
    set_at timestamptz not null,
    set_by text not null,
    constraint oncall_roles_pk primary key (role),
    constraint oncall_roles_role_known check (role in ('primary', 'secondary', 'database', 'security')),
    constraint oncall_roles_people_count check (cardinality(people) between 1 and 50),
    constraint oncall_roles_set_by_length check (length(set_by) between 1 and 200)
);
comment on table oncall_roles is 'Who is called for what; with several people one after the other, a week each.';

create table simulations (
    id bigint generated always as identity,
    kind text not null,
    severity text not null,
    started_at timestamptz not null,
    ends_at timestamptz not null,
    ended_at timestamptz,
    started_by text not null,
    constraint simulations_pk primary key (id),
    constraint simulations_kind_known check (kind in ('slow_database', 'slow_responses', 'errors')),
    constraint simulations_severity_known check (severity in ('P0', 'P1', 'P2', 'P3')),
    constraint simulations_order check (ends_at > started_at and ends_at <= started_at + interval '30 minutes'),
    constraint simulations_ended_order check (ended_at >= started_at),
    constraint simulations_started_by_length check (length(started_by) between 1 and 200)
);
comment on table simulations is 'Incidents that are played for training. Over at ends_at, whoever forgets them.';
create unique index simulations_one_at_a_time on simulations ((true)) where ended_at is null;
