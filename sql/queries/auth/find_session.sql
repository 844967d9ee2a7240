-- A session that is good now, by the hash of its cookie: begun less than 30 days ago and used in the last 14.
-- param token_hash bytea
-- result maybe
-- access read
select s.id,
       s.user_id,
       encode(s.csrf_secret, 'hex') as csrf_secret,
       s.expires_at,
       u.is_operator,
       u.totp_secret is not null as has_totp,
       coalesce(s.proved_at > now() - interval '12 hours', false) as is_proved
from sessions s
join users u on u.id = s.user_id
where s.token_hash = :token_hash
  and s.revoked_at is null
  and s.expires_at > now()
  and s.last_seen_at > now() - interval '14 days'
  and u.state = 'active';
