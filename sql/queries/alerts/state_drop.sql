-- A rule is quiet again.
-- param rule text
-- result none
-- access write
delete from alert_states
where rule = :rule;
