-- This server has decided about alerts.
-- param at timestamptz
-- param node text
-- result none
-- access write
update alert_clock
set evaluated_at = :at,
    node = :node;
