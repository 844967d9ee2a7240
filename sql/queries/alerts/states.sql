-- Rules that are pending or firing.
-- result rows
-- access read
select s.rule, s.stage, s.since, s.clear_since
from alert_states s;
