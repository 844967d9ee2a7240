-- Figures: histograms that add up, the hash of an audit row, who used the operators' addresses.

-- Adds two histograms bucket by bucket; the shorter one counts as filled up with zeros.
create function figures_add(a bigint[], b bigint[]) returns bigint[]
language sql immutable parallel safe
return case
    when a is null then b
    when b is null then a
    else (
        select array_agg(coalesce(t.x, 0) + coalesce(t.y, 0) order by t.ordinal)
        from unnest(a, b) with ordinality as t (x, y, ordinal)
    )
end;
comment on function figures_add is 'The sum of two histograms.';

create aggregate figures_sum(bigint[]) (sfunc = figures_add, stype = bigint[], parallel = safe, combinefunc = figures_add);
comment on aggregate figures_sum(bigint[]) is 'The sum of histograms.';

create index metric_rollups_bucket_idx on metric_rollups (grain, bucket, name);

-- The text that is hashed: every column but the hash itself, so that no cell can change unnoticed.
create function audit_hash(
    prev_hash bytea, seq bigint, at timestamptz, actor_kind text, actor_user_id bigint, action text,
    target_kind text, target_id text, league_id bigint, before jsonb, after jsonb, reason text, ip inet,
    request_id text, incident_ref text
) returns bytea
language sql stable parallel safe
return sha256(convert_to(jsonb_build_array(
    'astralfield audit 1', encode(prev_hash, 'hex'), seq, (extract(epoch from at) * 1000000)::bigint, actor_kind,
    actor_user_id, action, target_kind, target_id, league_id, before, after, reason, ip::text, request_id, incident_ref
)::text, 'UTF8'));
comment on function audit_hash is 'The hash of one row of the audit log, chained to the one before.';

create table admin_access (
    id bigint generated always as identity,
    at timestamptz not null,
    actor_kind text not null,
    actor_user_id bigint,
    token_id bigint,
    method text not null,
    path text not null,
    status smallint not null,
    ip inet,
    request_id text,
    constraint admin_access_pk primary key (id),
    constraint admin_access_actor_kind_known check (actor_kind in ('operator', 'token', 'local', 'anonymous', 'user')),
    constraint admin_access_method_length check (length(method) between 1 and 16),
    constraint admin_access_path_length check (length(path) between 1 and 300),
    constraint admin_access_status_range check (status between 100 and 599),
    constraint admin_access_request_id_length check (length(request_id) <= 64)
);
comment on table admin_access is 'Requests to operators'' addresses, answered and refused. Kept for 90 days.';
create index admin_access_at_idx on admin_access (at);

create index sessions_last_seen_idx on sessions (last_seen_at) where revoked_at is null;
create index auth_events_refused_idx on auth_events (at) where outcome <> 'ok';

create index audit_log_sign_ins_idx on audit_log (seq)
where action in ('sessions.revoke_all', 'sessions.emergency', 'user.disable', 'cache.clear_sign_ins', 'cache.clear_all');
