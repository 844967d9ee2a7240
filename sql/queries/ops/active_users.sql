-- Signed-in people who asked for something in the last five minutes, and their sessions.
-- result row
-- access read
select count(distinct s.user_id) as users, count(*) filter (where s.is_session) as sessions
from (
    select s.user_id, true as is_session
    from sessions s
    where s.revoked_at is null
      and s.last_seen_at > now() - interval '5 minutes'
    union all
    select t.user_id, false
    from api_tokens t
    where t.revoked_at is null
      and t.last_used_at > now() - interval '5 minutes'
) s;
