-- Sessions that are open though their account is not active.
-- result rows
-- access read
select null::bigint as seq, 'session ' || s.id as what, 'ended: the account is ' || u.state as expected, 'open' as found
from sessions s
join users u
    on u.id = s.user_id
where u.state <> 'active'
  and s.revoked_at is null
  and s.expires_at > now()
order by s.id;
