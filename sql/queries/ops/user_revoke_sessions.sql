-- Ends every session of an account.
-- param user_id bigint
-- result none
-- access write
update sessions
set revoked_at = now()
where user_id = :user_id
  and revoked_at is null;
