-- The password hash of one account.
-- param user_id bigint
-- result row
-- access read
select coalesce(password_hash, '') as password_hash
from users
where id = :user_id;
