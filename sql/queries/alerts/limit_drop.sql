-- A rule has its own values again.
-- param rule text
-- result none
-- access write
delete from ops_controls
where kind = 'alert_rule'
  and key = :rule;
