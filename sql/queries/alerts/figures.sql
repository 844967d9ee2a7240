-- What the servers measured that were heard of lately.
-- param since timestamptz
-- result rows
-- access read
select n.node, f.key as rule, f.value::bigint as value
from alert_nodes n
cross join jsonb_each_text(n.figures) f
where n.at >= :since;
