-- How many sessions are open: of one account, or of all.
-- param user_id bigint nullable
-- result row
-- access read
select count(*) as open
from sessions s
where s.revoked_at is null
  and s.expires_at > now()
  and s.user_id = coalesce(:user_id, s.user_id);
