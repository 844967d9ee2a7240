-- Keeps a secret that waits for its first code; nothing when the second factor is on.
-- param user_id bigint
-- param secret bytea
-- result maybe
-- access write
update users
set totp_pending = :secret,
    updated_at = now()
where id = :user_id
  and totp_secret is null
  and state = 'active'
returning email;
