-- The incident that an alert opened.
-- param alert_id bigint
-- param incident_id bigint
-- result none
-- access write
update alerts
set incident_id = :incident_id
where id = :alert_id;
