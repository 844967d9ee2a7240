-- What the public status page takes from the database: incidents of the last 90 days but security events and drills,
-- and how old the newest backup is.
-- result json
-- access read
select json_build_object(
    'incidents', (
        select coalesce(json_agg(json_build_object(
            'severity', i.severity, 'title', i.title, 'isOver', i.state = 'resolved',
            'since', extract(epoch from i.detected_at)::bigint, 'until', extract(epoch from i.resolved_at)::bigint
        ) order by (i.state = 'resolved'), i.detected_at desc), '[]')
        from (
            select n.severity, n.title, n.state, n.detected_at, n.resolved_at
            from incidents n
            where n.kind = 'incident'
              and (n.state <> 'resolved' or n.detected_at > now() - interval '90 days')
            order by (n.state = 'resolved'), n.detected_at desc
            limit 10
        ) i
    ),
    'backupAt', (select f.value from ops_facts f where f.name = 'backup_last_at'),
    'feedsAt', (select extract(epoch from e.at)::bigint from nfl_events e order by e.seq desc limit 1),
    'days', (
        select coalesce(json_agg(json_build_array(d.part, d.days_ago, d.good, d.looks, d.top)), '[]')
        from (
            select n.part, n.days_ago, sum(n.good)::bigint as good, sum(n.looks)::bigint as looks, max(n.looks)::bigint as top
            from (
                select m.labels as part, m.node, sum(m.sum) / 1000 as good, sum(m.count) as looks,
                       (extract(epoch from date_trunc('day', now(), 'UTC') - date_trunc('day', m.bucket, 'UTC')) / 86400)::bigint as days_ago
                from metric_rollups m
                where m.name = 'up_permille'
                  and m.grain = 'day'
                  and m.bucket >= date_trunc('day', now(), 'UTC') - interval '89 days'
                group by m.labels, m.node, 5
            ) n
            group by n.part, n.days_ago
        ) d
    )
);
