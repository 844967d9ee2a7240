-- Evidence for a security incident: what accounts, sessions, tokens and operators did in the last hours.
-- param hours bigint
-- result json
-- access read
select json_build_object(
    'takenAt', iso(now()),
    'since', iso(now() - :hours * interval '1 hour'),
    'sessions', (
        select coalesce(json_agg(json_build_object(
            'id', s.id, 'userId', s.user_id, 'createdAt', iso(s.created_at), 'lastSeenAt', iso(s.last_seen_at),
            'expiresAt', iso(s.expires_at), 'revokedAt', iso(s.revoked_at), 'source', host(s.ip), 'agent', s.agent
        ) order by s.last_seen_at desc, s.id desc), '[]')
        from (
            select x.id, x.user_id, x.created_at, x.last_seen_at, x.expires_at, x.revoked_at, x.ip, x.agent
            from sessions x
            where x.revoked_at is null and x.expires_at > now()
               or greatest(x.created_at, x.last_seen_at, x.revoked_at) > now() - :hours * interval '1 hour'
            order by x.last_seen_at desc, x.id desc
            limit 2000
        ) s
    ),
    'signInEvents', (
        select coalesce(json_agg(json_build_object(
            'at', iso(e.at), 'kind', e.kind, 'outcome', e.outcome, 'userId', e.user_id,
            'account', left(encode(e.email_hash, 'hex'), 16), 'source', host(e.ip), 'agent', e.agent, 'reason', e.reason,
            'requestId', e.request_id
        ) order by e.at desc, e.id desc), '[]')
        from (
            select x.id, x.at, x.kind, x.outcome, x.user_id, x.email_hash, x.ip, x.agent, x.reason, x.request_id
            from auth_events x
            where x.at > now() - :hours * interval '1 hour'
            order by x.at desc, x.id desc
            limit 2000
        ) e
    ),
    'adminActions', (
        select coalesce(json_agg(json_build_object(
            'seq', a.seq, 'at', iso(a.at), 'actor', concat_ws(' ', a.actor_kind, a.actor_user_id), 'action', a.action,
            'target', concat_ws(' ', a.target_kind, a.target_id), 'reason', a.reason, 'source', host(a.ip),
            'requestId', a.request_id, 'hash', encode(a.hash, 'hex')
        ) order by a.seq desc), '[]')
        from (
            select x.seq, x.at, x.actor_kind, x.actor_user_id, x.action, x.target_kind, x.target_id, x.reason, x.ip,
                   x.request_id, x.hash
            from audit_log x
            where x.at > now() - :hours * interval '1 hour'
            order by x.seq desc
            limit 2000
        ) a
    ),
    'blocks', (
        select coalesce(json_agg(json_build_object(
            'address', c.key, 'reason', c.reason, 'setAt', iso(c.set_at), 'setByUserId', c.set_by_user_id,
            'expiresAt', iso(c.expires_at)
        ) order by c.set_at desc, c.key), '[]')
        from ops_controls c
        where c.kind = 'ip_block'
    ),
    'tokens', (
        select coalesce(json_agg(json_build_object(
            'id', t.id, 'userId', t.user_id, 'name', t.name, 'hint', t.hint, 'scopes', to_json(t.scopes),
            'createdAt', iso(t.created_at), 'lastUsedAt', iso(t.last_used_at), 'expiresAt', iso(t.expires_at),
            'revokedAt', iso(t.revoked_at)
        ) order by t.id desc), '[]')
        from (
            select x.id, x.user_id, x.name, x.hint, x.scopes, x.created_at, x.last_used_at, x.expires_at, x.revoked_at
            from api_tokens x
            order by x.id desc
            limit 2000
        ) t
    ),
    'privilegeChanges', (
        select coalesce(json_agg(json_build_object(
            'at', iso(e.at), 'kind', e.kind, 'userId', e.user_id, 'reason', e.reason, 'source', host(e.ip)
        ) order by e.at desc, e.id desc), '[]')
        from auth_events e
        where e.kind in ('privilege_change', 'account_state', 'password_change', 'password_reset', 'email_change', 'second_factor')
          and e.outcome = 'ok'
          and e.at > now() - :hours * interval '1 hour'
    ),
    'operators', (select coalesce(json_agg(u.id order by u.id), '[]') from users u where u.is_operator),
    'limits', json_build_object('rowsMax', 2000, 'hours', :hours::bigint)
);
