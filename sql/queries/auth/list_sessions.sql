-- The open sessions of an account, the newest first.
-- param user_id bigint
-- param session_id bigint
-- result json
-- access read
select json_build_object('sessions', coalesce(json_agg(json_build_object(
    'id', s.id,
    'createdAt', iso(s.created_at),
    'lastSeenAt', iso(s.last_seen_at),
    'expiresAt', iso(s.expires_at),
    'address', host(s.ip),
    'agent', s.agent,
    'isCurrent', s.id = :session_id) order by s.created_at desc, s.id desc), '[]'))
from sessions s
where s.user_id = :user_id
  and s.revoked_at is null
  and s.expires_at > now();
