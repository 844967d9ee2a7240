-- A second factor for accounts: one-time codes by time (RFC 6238) and recovery codes; and the devices
-- that an account signed in from before.

alter table users
    add column totp_pending bytea,
    add column totp_since timestamptz,
    add column totp_step bigint not null default 0,
    add constraint users_totp_secret_length check (octet_length(totp_secret) = 20),
    add constraint users_totp_pending_length check (octet_length(totp_pending) = 20),
    add constraint users_totp_since_by_secret check ((totp_since is null) = (totp_secret is null)),
    add constraint users_totp_step_not_negative check (totp_step >= 0);
comment on column users.totp_pending is 'A secret that was shown, but not yet confirmed by a code.';
comment on column users.totp_step is 'The last step of 30 seconds whose code was taken: none is taken twice.';

alter table sessions
    add column proved_at timestamptz;
comment on column sessions.proved_at is 'When a code of the second factor was last given in this session.';
create index sessions_revoked_idx on sessions (revoked_at) where revoked_at is not null;
create index api_tokens_revoked_idx on api_tokens (revoked_at) where revoked_at is not null;

create table recovery_codes (
    user_id bigint not null,
    code_hash bytea not null,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    constraint recovery_codes_pk primary key (user_id, code_hash),
    constraint recovery_codes_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint recovery_codes_hash_length check (octet_length(code_hash) = 32)
);
comment on table recovery_codes is 'Codes for whoever lost the device, good once each. Only the hash is kept: a code has 120 random bits.';

create table devices (
    id bigint generated always as identity,
    user_id bigint not null,
    secret_hash bytea not null,
    agent text,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    constraint devices_pk primary key (id),
    constraint devices_secret_unique unique (user_id, secret_hash),
    constraint devices_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint devices_secret_hash_length check (octet_length(secret_hash) = 32),
    constraint devices_agent_length check (length(agent) <= 400)
);
comment on table devices is 'Browsers an account signed in from: their tries are counted apart from those of strangers.';
create index devices_seen_idx on devices (last_seen_at);
