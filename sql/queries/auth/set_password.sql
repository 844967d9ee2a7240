-- Replaces an account's password.
-- param user_id bigint
-- param password_hash text
-- result none
-- access write
update users
set password_hash = :password_hash,
    updated_at = now()
where id = :user_id;
