-- The code of this step is used up, and all before it.
-- param user_id bigint
-- param step bigint
-- result none
-- access write
update users
set totp_step = :step
where id = :user_id;
