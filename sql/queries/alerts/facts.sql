-- What only the database knows of what alert rules look at: people, and how long nobody was here.
-- result row
-- access read
with seen as (
    select s.user_id, s.last_seen_at as at
    from sessions s
    where s.last_seen_at > now() - interval '70 minutes'
      and s.revoked_at is null
    union all
    select t.user_id, t.last_used_at
    from api_tokens t
    where t.last_used_at > now() - interval '70 minutes'
      and t.revoked_at is null
)
select count(distinct s.user_id) filter (where s.at > now() - interval '5 minutes') as users,
       extract(epoch from now() - max(s.at))::bigint as quiet_s,
       count(distinct s.user_id) as users_before
from seen s;
