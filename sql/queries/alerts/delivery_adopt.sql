-- Messages that somebody made who did not know of this place, such as the command line without the
-- server's settings: they go there too.
-- param sink text
-- param at timestamptz
-- param since timestamptz
-- result none
-- access write
insert into alert_deliveries (message_id, sink, next_at)
select m.id, :sink, :at
from alert_messages m
where m.at >= :since
  and not exists (select from alert_deliveries d where d.message_id = m.id and d.sink = :sink)
on conflict on constraint alert_deliveries_pk do nothing;
