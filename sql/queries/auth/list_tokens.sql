-- The API tokens of an account that still count, the newest first.
-- param user_id bigint
-- result json
-- access read
select json_build_object('tokens', coalesce(json_agg(json_build_object(
    'id', t.id,
    'name', t.name,
    'hint', t.hint,
    'scopes', t.scopes,
    'createdAt', iso(t.created_at),
    'expiresAt', iso(t.expires_at),
    'lastUsedAt', iso(t.last_used_at)) order by t.created_at desc, t.id desc), '[]'))
from api_tokens t
where t.user_id = :user_id
  and t.revoked_at is null;
