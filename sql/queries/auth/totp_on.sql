-- The waiting secret counts from now on.
-- param user_id bigint
-- param step bigint
-- result none
-- access write
update users
set totp_secret = totp_pending,
    totp_pending = null,
    totp_since = now(),
    totp_step = :step,
    updated_at = now()
where id = :user_id;
