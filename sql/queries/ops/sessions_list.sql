-- Who is signed in, those used last first; addresses are cut to their network.
-- param email text nullable
-- param at_most integer
-- result json
-- access read
select json_build_object(
    'sessions', coalesce(json_agg(x.document order by x.last_seen_at desc, x.id desc), '[]'),
    'total', (
        select count(*)
        from sessions s
        join users u on u.id = s.user_id
        where s.revoked_at is null
          and s.expires_at > now()
          and u.email = coalesce(:email, u.email)
    ))
from (
    select s.id, s.last_seen_at, json_build_object(
        'id', s.id,
        'userId', u.id,
        'email', u.email,
        'isOperator', u.is_operator,
        'hasSecondFactor', s.proved_at is not null,
        'createdAt', iso(s.created_at),
        'lastSeenAt', iso(s.last_seen_at),
        'expiresAt', iso(s.expires_at),
        'network', network(set_masklen(s.ip, case family(s.ip) when 4 then 24 else 48 end))::text,
        'agent', s.agent) as document
    from sessions s
    join users u on u.id = s.user_id
    where s.revoked_at is null
      and s.expires_at > now()
      and u.email = coalesce(:email, u.email)
    order by s.last_seen_at desc, s.id desc
    limit :at_most
) x;
