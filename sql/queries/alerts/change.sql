-- Another rule is an alert's worst one now.
-- param alert_id bigint
-- param rule text
-- param severity text
-- param value bigint
-- param threshold bigint
-- param node text
-- result none
-- access write
update alerts
set rule = :rule,
    severity = :severity,
    value = :value,
    threshold = :threshold,
    node = :node
where id = :alert_id;
