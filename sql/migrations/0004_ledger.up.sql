-- The ledger: commands and the events they made. Everything else about a league can be checked against it.

create table league_commands (
    league_id bigint not null,
    command_id text not null,
    kind text not null,
    actor_kind text not null,
    actor_user_id bigint,
    request_hash bytea not null,
    first_seq bigint,
    last_seq bigint,
    status smallint not null,
    answer jsonb,
    at timestamptz not null default now(),
    constraint league_commands_pk primary key (league_id, command_id),
    constraint league_commands_league_fk foreign key (league_id) references leagues (id),
    constraint league_commands_actor_fk foreign key (actor_user_id) references users (id),
    constraint league_commands_command_id_form check (command_id ~ '^[\x21-\x7e]{1,128}$'),
    constraint league_commands_kind_form check (kind ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' and length(kind) <= 64),
    constraint league_commands_actor_kind_known check (actor_kind in ('user', 'commissioner', 'operator', 'system', 'import')),
    constraint league_commands_actor_by_kind check (actor_user_id is not null or actor_kind in ('operator', 'system', 'import')),
    constraint league_commands_request_hash_length check (octet_length(request_hash) = 32),
    constraint league_commands_seq_both check ((first_seq is null) = (last_seq is null)),
    constraint league_commands_seq_order check (first_seq > 0 and last_seq >= first_seq),
    constraint league_commands_status_range check (status between 200 and 499)
);
comment on table league_commands is 'Each command a league has obeyed with its first answer, so that a repeat gets the same.';
comment on column league_commands.status is 'HTTP status of the first answer.';
create index league_commands_actor_idx on league_commands (actor_user_id, at) where actor_user_id is not null;
create index league_commands_at_idx on league_commands (at);

create table user_commands (
    user_id bigint not null,
    command_id text not null,
    kind text not null,
    request_hash bytea not null,
    status smallint not null,
    answer jsonb,
    at timestamptz not null default now(),
    constraint user_commands_pk primary key (user_id, command_id),
    constraint user_commands_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint user_commands_command_id_form check (command_id ~ '^[\x21-\x7e]{1,128}$'),
    constraint user_commands_kind_form check (kind ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' and length(kind) <= 64),
    constraint user_commands_request_hash_length check (octet_length(request_hash) = 32),
    constraint user_commands_status_range check (status between 200 and 499)
);
comment on table user_commands is 'The same for what belongs to no league yet, such as making one.';
create index user_commands_at_idx on user_commands (at);

create table league_events (
    league_id bigint not null,
    seq bigint not null,
    command_id text not null,
    kind text not null,
    actor_kind text not null,
    actor_user_id bigint,
    team_id bigint,
    week smallint,
    visibility text not null,
    payload jsonb not null,
    at timestamptz not null,
    prev_hash bytea not null,
    hash bytea not null,
    constraint league_events_pk primary key (league_id, seq),
    constraint league_events_league_fk foreign key (league_id) references leagues (id),
    constraint league_events_command_fk foreign key (league_id, command_id)
        references league_commands (league_id, command_id) deferrable initially deferred,
    constraint league_events_actor_fk foreign key (actor_user_id) references users (id),
    constraint league_events_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint league_events_seq_positive check (seq > 0),
    constraint league_events_kind_form check (kind ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$' and length(kind) <= 64),
    constraint league_events_actor_kind_known check (actor_kind in ('user', 'commissioner', 'operator', 'system', 'import')),
    constraint league_events_actor_by_kind check (actor_user_id is not null or actor_kind in ('operator', 'system', 'import')),
    constraint league_events_week_range check (week between 0 and 22),
    constraint league_events_visibility_known check (visibility in ('public', 'league', 'team', 'commissioner', 'sealed')),
    constraint league_events_team_by_visibility check (team_id is not null or visibility not in ('team', 'sealed')),
    constraint league_events_payload_is_object check (jsonb_typeof(payload) = 'object'),
    constraint league_events_prev_hash_length check (octet_length(prev_hash) = 32),
    constraint league_events_hash_length check (octet_length(hash) = 32),
    constraint league_events_hash_moves check (hash <> prev_hash),
    constraint league_events_first_link check ((seq = 1) = (prev_hash = decode(repeat('00', 32), 'hex')))
);
comment on table league_events is 'What happened in a league, numbered without gaps and hash-chained. Append-only.';
comment on column league_events.visibility is 'public: anybody who may see the league; league: members; team: that team; commissioner: commissioners; sealed: nobody until a later event opens it.';
create index league_events_command_idx on league_events (league_id, command_id);
create index league_events_team_idx on league_events (league_id, team_id, seq) where team_id is not null;
create index league_events_actor_idx on league_events (actor_user_id, at) where actor_user_id is not null;
create trigger league_events_append_only
before update or delete or truncate on league_events
for each statement execute function refuse_change();

create table league_cursors (
    league_id bigint not null,
    consumer text not null,
    seq bigint not null default 0,
    updated_at timestamptz not null default now(),
    constraint league_cursors_pk primary key (league_id, consumer),
    constraint league_cursors_league_fk foreign key (league_id) references leagues (id) on delete cascade,
    constraint league_cursors_consumer_form check (consumer ~ '^[a-z][a-z0-9_:-]{0,63}$'),
    constraint league_cursors_seq_not_negative check (seq >= 0)
);
comment on table league_cursors is 'How far each consumer of a league''s stream (notifications, webhooks, bots) has come.';

create table transactions (
    league_id bigint not null,
    id bigint generated always as identity,
    seq bigint not null,
    kind text not null,
    week smallint,
    actor_user_id bigint,
    at timestamptz not null,
    reverses_id bigint,
    reason text,
    source_id text,
    constraint transactions_pk primary key (league_id, id),
    constraint transactions_reverses_unique unique (league_id, reverses_id),
    constraint transactions_source_unique unique (league_id, source_id),
    constraint transactions_event_fk foreign key (league_id, seq) references league_events (league_id, seq),
    constraint transactions_actor_fk foreign key (actor_user_id) references users (id),
    constraint transactions_reverses_fk foreign key (league_id, reverses_id) references transactions (league_id, id),
    constraint transactions_kind_known check (kind in (
        'draft', 'keeper', 'add', 'drop', 'add_drop', 'waiver', 'trade', 'commissioner', 'faab_adjust', 'score_adjust', 'import', 'elimination'
    )),
    constraint transactions_week_range check (week between 0 and 22),
    constraint transactions_reason_length check (length(reason) between 1 and 500),
    constraint transactions_reason_by_kind check (reason is not null or kind not in ('commissioner', 'faab_adjust', 'score_adjust')),
    constraint transactions_source_id_length check (length(source_id) between 1 and 100)
);
comment on table transactions is 'Moves that were carried out, each tied to the event that tells it. Append-only.';
create index transactions_event_idx on transactions (league_id, seq);
create index transactions_actor_idx on transactions (actor_user_id) where actor_user_id is not null;

create table transaction_items (
    league_id bigint not null,
    transaction_id bigint not null,
    ordinal smallint not null,
    team_id bigint not null,
    kind text not null,
    player_id bigint,
    pick_id bigint,
    week smallint,
    amount numeric(12, 2),
    constraint transaction_items_pk primary key (league_id, transaction_id, ordinal),
    constraint transaction_items_transaction_fk foreign key (league_id, transaction_id) references transactions (league_id, id),
    constraint transaction_items_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint transaction_items_player_fk foreign key (player_id) references players (id),
    constraint transaction_items_ordinal_positive check (ordinal > 0),
    constraint transaction_items_kind_known check (kind in ('player_in', 'player_out', 'pick_in', 'pick_out', 'faab', 'points')),
    constraint transaction_items_one_thing check (
        (kind in ('player_in', 'player_out')) = (player_id is not null)
        and (kind in ('pick_in', 'pick_out')) = (pick_id is not null)
        and (kind in ('faab', 'points')) = (amount is not null)
        and (kind = 'points') = (week is not null)
    ),
    constraint transaction_items_faab_is_whole check (kind <> 'faab' or amount = trunc(amount)),
    constraint transaction_items_week_range check (week between 1 and 22)
);
comment on table transaction_items is 'The lines of a transaction, seen from one team: what came in, what went out, FAAB and points with sign. Append-only.';
create unique index transaction_items_player_unique on transaction_items (league_id, transaction_id, player_id, kind) where player_id is not null;
create unique index transaction_items_pick_unique on transaction_items (league_id, transaction_id, pick_id, kind) where pick_id is not null;
create index transaction_items_team_idx on transaction_items (league_id, team_id, transaction_id);
create index transaction_items_player_idx on transaction_items (player_id, league_id) where player_id is not null;

create trigger transactions_append_only
before update or delete or truncate on transactions
for each statement execute function refuse_change();

create trigger transaction_items_append_only
before update or delete or truncate on transaction_items
for each statement execute function refuse_change();
