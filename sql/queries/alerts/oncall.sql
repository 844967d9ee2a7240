-- Who is on call for what, as set.
-- result rows
-- access read
select r.role, array_to_json(r.people)::text as people, r.set_by, r.set_at
from oncall_roles r
order by r.role;
