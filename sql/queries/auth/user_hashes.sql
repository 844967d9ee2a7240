-- The hashes of what an account is signed in with: sessions and API tokens that are good.
-- param user_id bigint
-- result rows
-- access read
select encode(s.token_hash, 'hex') as token_hash
from sessions s
where s.user_id = :user_id
  and s.revoked_at is null
  and s.expires_at > now()
union all
select encode(t.token_hash, 'hex') as token_hash
from api_tokens t
where t.user_id = :user_id
  and t.revoked_at is null;
