-- Accounts: who there is, how they sign in, and what they tried.
-- A manager of an imported league who has no account yet is a user in state 'placeholder', so that
-- one id stands for one person through all seasons.

create table schema_migrations (
    version integer not null,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now(),
    ms integer not null,
    constraint schema_migrations_pk primary key (version),
    constraint schema_migrations_name_unique unique (name),
    constraint schema_migrations_version_positive check (version > 0),
    constraint schema_migrations_checksum_is_sha256 check (checksum ~ '^[0-9a-f]{64}$'),
    constraint schema_migrations_ms_not_negative check (ms >= 0)
);
comment on table schema_migrations is 'Migrations applied to this database, with the SHA-256 of their files.';

create table users (
    id bigint generated always as identity,
    email text,
    display_name text not null,
    password_hash text,
    is_operator boolean not null default false,
    state text not null default 'active',
    claimed_by_user_id bigint,
    time_zone text not null default 'America/New_York',
    theme text not null default 'system',
    quiet_from time,
    quiet_until time,
    totp_secret bytea,
    avatar_key text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    email_verified_at timestamptz,
    last_seen_at timestamptz,
    constraint users_pk primary key (id),
    constraint users_email_unique unique (email),
    constraint users_claimed_by_fk foreign key (claimed_by_user_id) references users (id),
    constraint users_state_known check (state in ('pending', 'active', 'disabled', 'deleted', 'placeholder')),
    constraint users_email_form check (email = lower(email) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and length(email) <= 254),
    constraint users_email_by_state check ((email is null) = (state in ('deleted', 'placeholder'))),
    constraint users_password_by_state check (password_hash is null or state not in ('deleted', 'placeholder')),
    constraint users_operator_by_state check (not is_operator or state in ('pending', 'active', 'disabled')),
    constraint users_claimed_is_placeholder check (claimed_by_user_id is null or (state = 'placeholder' and claimed_by_user_id <> id)),
    constraint users_display_name_length check (length(display_name) between 1 and 80 and display_name = btrim(display_name)),
    constraint users_password_hash_length check (length(password_hash) between 20 and 255),
    constraint users_time_zone_form check (time_zone ~ '^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$' and length(time_zone) <= 64),
    constraint users_theme_known check (theme in ('system', 'light', 'dark')),
    constraint users_quiet_both check ((quiet_from is null) = (quiet_until is null)),
    constraint users_avatar_key_length check (length(avatar_key) between 1 and 200)
);
comment on table users is 'People: accounts, and placeholders for managers known only from an imported league.';
comment on column users.claimed_by_user_id is 'The account that showed this placeholder to be the same person.';
create index users_claimed_by_idx on users (claimed_by_user_id) where claimed_by_user_id is not null;

create table user_links (
    user_id bigint not null,
    source text not null,
    external_id text not null,
    created_at timestamptz not null default now(),
    constraint user_links_pk primary key (source, external_id),
    constraint user_links_user_source_unique unique (user_id, source),
    constraint user_links_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint user_links_source_known check (source in ('sleeper', 'espn', 'yahoo', 'mfl', 'fleaflicker', 'fantrax', 'astralfield')),
    constraint user_links_external_id_length check (length(external_id) between 1 and 100)
);
comment on table user_links is 'Which person on another platform is which person here.';

create table user_consents (
    user_id bigint not null,
    kind text not null,
    given_at timestamptz not null default now(),
    withdrawn_at timestamptz,
    constraint user_consents_pk primary key (user_id, kind, given_at),
    constraint user_consents_user_fk foreign key (user_id) references users (id),
    constraint user_consents_kind_known check (kind in ('terms', 'usage_statistics', 'email_digest')),
    constraint user_consents_order check (withdrawn_at >= given_at)
);
comment on table user_consents is 'What a person agreed to, and when the consent was taken back.';
create unique index user_consents_open_unique on user_consents (user_id, kind) where withdrawn_at is null;

create table sessions (
    id bigint generated always as identity,
    user_id bigint not null,
    token_hash bytea not null,
    csrf_secret bytea not null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    ip inet,
    agent text,
    constraint sessions_pk primary key (id),
    constraint sessions_token_hash_unique unique (token_hash),
    constraint sessions_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint sessions_token_hash_length check (octet_length(token_hash) = 32),
    constraint sessions_csrf_secret_length check (octet_length(csrf_secret) = 32),
    constraint sessions_expiry_after_start check (expires_at > created_at),
    constraint sessions_agent_length check (length(agent) <= 400)
);
comment on table sessions is 'Sign-ins. Only the hash of the cookie is kept.';
create index sessions_user_idx on sessions (user_id, expires_at);
create index sessions_expires_idx on sessions (expires_at);

create table api_tokens (
    id bigint generated always as identity,
    user_id bigint not null,
    name text not null,
    token_hash bytea not null,
    hint text not null,
    scopes text[] not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    constraint api_tokens_pk primary key (id),
    constraint api_tokens_token_hash_unique unique (token_hash),
    constraint api_tokens_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint api_tokens_token_hash_length check (octet_length(token_hash) = 32),
    constraint api_tokens_name_length check (length(name) between 1 and 80),
    constraint api_tokens_hint_length check (length(hint) between 1 and 16),
    constraint api_tokens_scopes_form check (
        cardinality(scopes) between 1 and 20
        and array_position(scopes, null) is null
        and array_to_string(scopes, ',') ~ '^[a-z]+(:[a-z]+)?(,[a-z]+(:[a-z]+)?)*$'
    ),
    constraint api_tokens_expiry_after_start check (expires_at > created_at)
);
comment on table api_tokens is 'Bearer tokens with scopes. Only the hash is kept; hint is the start of the token, to recognise it.';
create unique index api_tokens_name_unique on api_tokens (user_id, name) where revoked_at is null;
create index api_tokens_user_idx on api_tokens (user_id);

create table user_tokens (
    id bigint generated always as identity,
    user_id bigint not null,
    kind text not null,
    token_hash bytea not null,
    email text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint user_tokens_pk primary key (id),
    constraint user_tokens_token_hash_unique unique (token_hash),
    constraint user_tokens_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint user_tokens_kind_known check (kind in ('verify_email', 'reset_password', 'claim_person', 'calendar')),
    constraint user_tokens_token_hash_length check (octet_length(token_hash) = 32),
    constraint user_tokens_email_by_kind check ((kind = 'verify_email') = (email is not null)),
    constraint user_tokens_expiry_after_start check (expires_at > created_at)
);
comment on table user_tokens is 'Secrets sent in links: address check, password reset, claim of an imported person, calendar feed.';
create index user_tokens_user_idx on user_tokens (user_id);

create table user_passkeys (
    id bigint generated always as identity,
    user_id bigint not null,
    name text not null,
    credential_id bytea not null,
    public_key bytea not null,
    sign_count bigint not null default 0,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    constraint user_passkeys_pk primary key (id),
    constraint user_passkeys_credential_unique unique (credential_id),
    constraint user_passkeys_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint user_passkeys_name_length check (length(name) between 1 and 80),
    constraint user_passkeys_credential_length check (octet_length(credential_id) between 1 and 1023),
    constraint user_passkeys_public_key_length check (octet_length(public_key) between 1 and 2048),
    constraint user_passkeys_sign_count_not_negative check (sign_count >= 0)
);
comment on table user_passkeys is 'WebAuthn credentials of an account.';
create index user_passkeys_user_idx on user_passkeys (user_id);

create table user_recovery_codes (
    user_id bigint not null,
    code_hash bytea not null,
    created_at timestamptz not null default now(),
    used_at timestamptz,
    constraint user_recovery_codes_pk primary key (user_id, code_hash),
    constraint user_recovery_codes_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint user_recovery_codes_hash_length check (octet_length(code_hash) = 32)
);
comment on table user_recovery_codes is 'One-time codes for an account whose second factor is lost.';

create table auth_events (
    id bigint generated always as identity,
    at timestamptz not null default now(),
    kind text not null,
    outcome text not null,
    user_id bigint,
    email_hash bytea,
    ip inet,
    agent text,
    reason text,
    request_id text,
    constraint auth_events_pk primary key (id),
    constraint auth_events_user_fk foreign key (user_id) references users (id),
    constraint auth_events_kind_known check (kind in (
        'register', 'sign_in', 'sign_out', 'password_change', 'password_reset', 'email_change',
        'session_revoked', 'token_made', 'token_used', 'token_revoked', 'second_factor', 'locked',
        'privilege_change', 'account_state'
    )),
    constraint auth_events_outcome_known check (outcome in ('ok', 'refused', 'limited')),
    constraint auth_events_email_hash_length check (octet_length(email_hash) = 32),
    constraint auth_events_agent_length check (length(agent) <= 400),
    constraint auth_events_reason_length check (length(reason) <= 200),
    constraint auth_events_request_id_length check (length(request_id) <= 64)
);
comment on table auth_events is 'Every try to sign in and every change of rights, successful or not. Append-only.';
create index auth_events_at_idx on auth_events (at);
create index auth_events_user_idx on auth_events (user_id, at) where user_id is not null;
create index auth_events_ip_idx on auth_events (ip, at) where outcome <> 'ok';

-- Refuses any change of the rows of an append-only table. There is no way around it but a migration.
create function refuse_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'rows of % are never changed', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_table_name || '_append_only', table = tg_table_name;
end
$$;

create trigger auth_events_append_only
before update or delete or truncate on auth_events
for each statement execute function refuse_change();

-- A check cannot look at another table's row: only an active account has sessions and tokens.
create function refuse_inactive_user() returns trigger
language plpgsql
as $$
begin
    perform 1 from users where id = new.user_id and state = 'active' for share;
    if not found then
        raise exception 'the account % is not active', new.user_id
            using errcode = 'check_violation', constraint = tg_table_name || '_user_active', table = tg_table_name;
    end if;
    return new;
end
$$;

create trigger sessions_user_active
before insert on sessions
for each row execute function refuse_inactive_user();

create trigger api_tokens_user_active
before insert on api_tokens
for each row execute function refuse_inactive_user();

-- An account that stops being active loses its sessions and tokens in the same statement.
create function revoke_sign_ins() returns trigger
language plpgsql
as $$
begin
    update sessions set revoked_at = now() where user_id = new.id and revoked_at is null;
    update api_tokens set revoked_at = now() where user_id = new.id and revoked_at is null;
    return null;
end
$$;

create trigger users_revoke_sign_ins
after update of state on users
for each row when (new.state <> 'active' and old.state = 'active')
execute function revoke_sign_ins();
