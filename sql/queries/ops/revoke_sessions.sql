-- Ends every session.
-- result none
-- access write
update sessions
set revoked_at = now()
where revoked_at is null
  and expires_at > now();
