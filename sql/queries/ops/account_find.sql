-- The account of an e-mail address, for whoever runs the machine.
-- param email text
-- result maybe
-- access read
select u.id,
       u.is_operator,
       u.state,
       u.totp_secret is not null as has_totp,
       (
           select count(*)
           from users o
           where o.is_operator
             and o.state = 'active'
             and o.id <> u.id
       ) as other_operators
from users u
where u.email = lower(:email);
