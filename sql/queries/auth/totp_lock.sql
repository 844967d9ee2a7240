-- What a code is held against; nobody else uses one of the account meanwhile.
-- param user_id bigint
-- result maybe
-- access write
select coalesce(password_hash, '') as password_hash,
       encode(totp_secret, 'hex') as secret,
       encode(totp_pending, 'hex') as pending,
       totp_step
from users
where id = :user_id
  and state = 'active'
for update;
