-- Notes that a session was used.
-- param session_id bigint
-- result none
-- access write
update sessions
set last_seen_at = now()
where id = :session_id
  and last_seen_at < now() - interval '1 minute';
