-- A session that is good now, by the hash of its cookie.
-- param token_hash bytea
-- result maybe
-- access read
select s.id,
       s.user_id,
       encode(s.csrf_secret, 'hex') as csrf_secret,
       s.expires_at,
       u.is_operator
from sessions s
join users u on u.id = s.user_id
where s.token_hash = :token_hash
  and s.revoked_at is null
  and s.expires_at > now()
  and u.state = 'active';
