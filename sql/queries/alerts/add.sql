-- Begins an alert; nothing when its subject has one.
-- param subject text
-- param rule text
-- param severity text
-- param value bigint
-- param threshold bigint
-- param node text
-- param at timestamptz
-- param is_simulation boolean
-- result maybe
-- access write
insert into alerts (subject, rule, severity, value, threshold, node, started_at, is_simulation)
values (:subject, :rule, :severity, :value, :threshold, :node, :at, :is_simulation)
on conflict (subject) where ended_at is null do nothing
returning id;
