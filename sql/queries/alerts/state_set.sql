-- Keeps where a rule stands.
-- param rule text
-- param stage text
-- param since timestamptz
-- param clear_since timestamptz nullable
-- param value bigint
-- param node text
-- result none
-- access write
insert into alert_states (rule, stage, since, clear_since, value, node)
values (:rule, :stage, :since, :clear_since, :value, :node)
on conflict on constraint alert_states_pk do update
set stage = excluded.stage,
    since = excluded.since,
    clear_since = excluded.clear_since,
    value = excluded.value,
    node = excluded.node;
