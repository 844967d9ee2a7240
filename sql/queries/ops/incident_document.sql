-- One incident with its time-line.
-- param incident_id bigint
-- result json
-- access write
select incident_json(:incident_id);
