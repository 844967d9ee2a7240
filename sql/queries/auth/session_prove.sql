-- A code of the second factor was given in this session.
-- param session_id bigint
-- param user_id bigint
-- result none
-- access write
update sessions
set proved_at = now()
where id = :session_id
  and user_id = :user_id
  and revoked_at is null;
