-- People were told about an alert.
-- param alert_id bigint
-- param severity text
-- result none
-- access write
update alerts
set told_severity = :severity
where id = :alert_id;
