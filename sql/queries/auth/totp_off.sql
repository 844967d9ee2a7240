-- Takes the second factor of an account away; how many there were tells the number of rows.
-- param user_id bigint
-- result none
-- access write
update users
set totp_secret = null,
    totp_pending = null,
    totp_since = null,
    totp_step = 0,
    updated_at = now()
where id = :user_id
  and (totp_secret is not null or totp_pending is not null);
