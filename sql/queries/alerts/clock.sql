-- Who decided about alerts last, and when; held until the transaction ends.
-- result row
-- access write
select c.evaluated_at, c.node
from alert_clock c
for update;
