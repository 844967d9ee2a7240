-- An API token that is good now, by its hash.
-- param token_hash bytea
-- result maybe
-- access read
select t.id,
       t.user_id,
       t.scopes,
       u.is_operator,
       t.expires_at
from api_tokens t
join users u on u.id = t.user_id
where t.token_hash = :token_hash
  and t.revoked_at is null
  and (t.expires_at is null or t.expires_at > now())
  and u.state = 'active';
