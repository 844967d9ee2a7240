-- Ends one session.
-- param session_id bigint
-- result maybe
-- access write
update sessions
set revoked_at = now()
where id = :session_id
  and revoked_at is null
returning user_id;
