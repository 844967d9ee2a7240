-- Adds to the time-line of an incident, unless its last note says the same.
-- param incident_id bigint
-- param author_user_id bigint nullable
-- param at timestamptz
-- param body text
-- result none
-- access write
insert into incident_notes (incident_id, ordinal, at, author_user_id, body)
select :incident_id, coalesce(max(n.ordinal), 0) + 1, :at, :author_user_id, :body
from incident_notes n
where n.incident_id = :incident_id
having not coalesce((
    select l.body = :body
    from incident_notes l
    where l.incident_id = :incident_id
    order by l.ordinal desc
    limit 1
), false);
