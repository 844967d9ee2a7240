-- The password hash of one account, and what a new password must not be made of.
-- param user_id bigint
-- result row
-- access read
select coalesce(password_hash, '') as password_hash,
       email,
       display_name
from users
where id = :user_id;
