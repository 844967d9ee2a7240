-- The account of an e-mail address, to check its password; and whether it knows this browser.
-- param email text
-- param device_hash bytea nullable
-- result maybe
-- access read
select u.id,
       u.display_name,
       u.email,
       coalesce(u.password_hash, '') as password_hash,
       u.is_operator,
       u.state,
       u.created_at,
       u.totp_secret is not null as has_totp,
       coalesce(d.id, 0) as device_id
from users u
left join devices d on d.user_id = u.id and d.secret_hash = :device_hash
where u.email = :email;
