-- How much there is and when it was last written: what a person compares after a restore.
-- result json
-- access read
select json_build_object(
    'users', (select count(*) from users),
    'leagues', (select count(*) from leagues),
    'teams', (select count(*) from teams),
    'events', (select count(*) from league_events),
    'picks', (select count(*) from draft_picks),
    'statLines', (select count(*) from player_week_stats),
    'auditRows', (select count(*) from audit_log),
    'newestEventAt', iso((select max(e.at) from league_events e)),
    'newestAuditAt', iso((select max(a.at) from audit_log a)),
    'newestSessionAt', iso((select max(s.created_at) from sessions s)),
    'databaseBytes', pg_database_size(current_database())
);
