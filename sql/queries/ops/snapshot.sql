-- What the database adds to a snapshot of the system: switches, locks, running statements, newest errors, audit's head.
-- result json
-- access read
select json_build_object(
    'controls', (
        select coalesce(json_agg(json_build_object(
            'kind', c.kind, 'key', c.key, 'value', c.value, 'reason', c.reason, 'expiresAt', iso(c.expires_at)
        ) order by c.kind, c.key), '[]')
        from ops_controls c
        where c.expires_at is null or c.expires_at > now()
    ),
    'locks', (
        select coalesce(json_agg(json_build_object('mode', l.mode, 'granted', l.granted, 'count', l.count)), '[]')
        from (
            select k.mode, k.granted, count(*) as count
            from pg_locks k
            group by k.mode, k.granted
        ) l
    ),
    'openIncidents', (
        select coalesce(json_agg(json_build_object('ref', i.ref, 'severity', i.severity, 'title', i.title)), '[]')
        from incidents i
        where i.state <> 'resolved'
    ),
    'audit', (select json_build_object('seq', a.seq, 'hash', encode(a.hash, 'hex')) from audit_log a order by a.seq desc limit 1),
    'migration', (select max(m.version) from schema_migrations m),
    'sessions', (select count(*) from sessions s where s.revoked_at is null and s.expires_at > now())
);
