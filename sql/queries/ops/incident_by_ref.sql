-- One incident with its time-line, by its reference.
-- param ref text
-- result json
-- access read
select incident_json(i.id)
from incidents i
where i.ref = :ref;
