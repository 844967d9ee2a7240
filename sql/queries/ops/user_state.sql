-- What an account is.
-- param user_id bigint
-- result maybe
-- access write
select state, is_operator
from users
where id = :user_id;
