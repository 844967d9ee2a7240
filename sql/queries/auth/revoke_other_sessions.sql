-- Ends every session of an account but one; gives the hashes of their cookies.
-- param user_id bigint
-- param session_id bigint
-- result rows
-- access write
update sessions
set revoked_at = now()
where user_id = :user_id
  and id <> :session_id
  and revoked_at is null
returning id, encode(token_hash, 'hex') as token_hash;
