-- Takes the oldest import that waits, or one whose server has been silent for two minutes.
-- result maybe
-- access write
update import_jobs j
set state = 'running', started_at = coalesce(j.started_at, now()), heard_at = now(), done = 0, total = null,
    step = null
where j.id = (
    select w.id
    from import_jobs w
    where w.state = 'queued'
       or (w.state = 'running' and w.heard_at < now() - interval '2 minutes')
    order by w.id
    limit 1
    for update skip locked
)
returning j.id, j.user_id, j.platform, j.source_league_id, coalesce(j.season, 0)::int as season, j.has_documents,
          (select u.is_operator from users u where u.id = j.user_id) as is_operator;
