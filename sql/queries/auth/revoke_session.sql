-- Ends one session of an account; gives the hash of its cookie.
-- param session_id bigint
-- param user_id bigint
-- result maybe
-- access write
update sessions
set revoked_at = now()
where id = :session_id
  and user_id = :user_id
  and revoked_at is null
returning encode(token_hash, 'hex') as token_hash;
