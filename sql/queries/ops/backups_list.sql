-- Backups, newest first, with the facts about them and the job that makes one now, if any.
-- result json
-- access read
select json_build_object(
    'backups', (
        select coalesce(json_agg(json_build_object(
            'id', b.id,
            'place', b.place,
            'engine', b.engine,
            'time', iso(b.finished_at),
            'startedAt', iso(b.started_at),
            'size', b.bytes,
            'databaseBytes', b.database_bytes,
            'checksum', b.checksum,
            'encrypted', b.is_encrypted,
            'whole', b.is_whole,
            'verified', b.is_verified,
            'verifiedAt', iso(b.verified_at),
            'verification', b.verification,
            'seenAt', iso(b.seen_at)
        ) order by b.finished_at desc nulls last, b.id desc, b.place desc), '[]')
        from backups b
    ),
    'facts', (
        select coalesce(json_object_agg(f.name, json_build_object('value', f.value, 'at', iso(f.at)) order by f.name), '{}')
        from ops_facts f
    ),
    'job', (
        select json_build_object('id', j.id, 'state', j.state, 'asked', iso(j.run_at), 'startedAt', iso(j.started_at),
                                 'finishedAt', iso(j.finished_at), 'error', j.error)
        from jobs j
        where j.kind = 'backup.run'
        order by j.id desc
        limit 1
    )
);
