-- The open sessions of an account, the newest first; addresses are cut to their network.
-- param user_id bigint
-- param session_id bigint
-- result json
-- access read
select json_build_object('sessions', coalesce(json_agg(json_build_object(
    'id', s.id,
    'createdAt', iso(s.created_at),
    'lastSeenAt', iso(s.last_seen_at),
    'expiresAt', iso(least(s.expires_at, s.last_seen_at + interval '14 days')),
    'network', network(set_masklen(s.ip, case family(s.ip) when 4 then 24 else 48 end))::text,
    'agent', s.agent,
    'hasSecondFactor', s.proved_at is not null,
    'isCurrent', s.id = :session_id) order by s.created_at desc, s.id desc), '[]'))
from sessions s
where s.user_id = :user_id
  and s.revoked_at is null
  and s.expires_at > now()
  and s.last_seen_at > now() - interval '14 days';
