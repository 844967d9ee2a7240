-- A message waits to be sent to a place.
-- param message_id bigint
-- param sink text
-- param at timestamptz
-- result none
-- access write
insert into alert_deliveries (message_id, sink, next_at)
values (:message_id, :sink, :at);
