-- What a server measured just now.
-- param node text
-- param at timestamptz
-- param figures jsonb
-- result none
-- access write
insert into alert_nodes (node, at, figures)
values (:node, :at, :figures)
on conflict on constraint alert_nodes_pk do update
set at = excluded.at,
    figures = excluded.figures;
