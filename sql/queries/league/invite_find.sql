-- An invitation to a league by its code: whether it can still be used, and by this user.
-- param league_id bigint
-- param code_hash bytea
-- param user_id bigint
-- param now timestamptz
-- result maybe
-- access read
select i.id, i.role, i.team_id,
       i.uses_left > 0 and i.revoked_at is null and i.expires_at > :now as is_usable,
       i.email is null or exists (select from users u where u.id = :user_id and u.email = i.email) as is_for_user
from league_invites i
where i.league_id = :league_id
  and i.code_hash = :code_hash;
