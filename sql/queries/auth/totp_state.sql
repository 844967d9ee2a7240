-- The second factor of an account, and its name for an authenticator.
-- param user_id bigint
-- result row
-- access read
select u.email,
       u.is_operator,
       u.totp_secret is not null as is_on,
       u.totp_pending is not null as is_pending,
       u.totp_since,
       (
           select count(*)
           from recovery_codes c
           where c.user_id = u.id
             and c.used_at is null
       ) as codes_left
from users u
where u.id = :user_id;
