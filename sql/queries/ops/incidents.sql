-- Incidents, open ones first, then the newest.
-- param state text nullable
-- result json
-- access read
select json_build_object('incidents', coalesce(json_agg(incident_json(l.id) order by l.state = 'resolved', l.detected_at desc, l.id desc), '[]'))
from (
    select i.id, i.state, i.detected_at
    from incidents i
    where :state is null
       or i.state = :state
    order by i.state = 'resolved', i.detected_at desc, i.id desc
    limit 100
) l;
