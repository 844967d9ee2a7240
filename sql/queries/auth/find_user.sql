-- The account of an e-mail address, to check its password.
-- param email text
-- result maybe
-- access read
select id,
       display_name,
       email,
       coalesce(password_hash, '') as password_hash,
       is_operator,
       state,
       created_at
from users
where email = :email;
