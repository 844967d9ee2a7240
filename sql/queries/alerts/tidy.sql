-- Forgets messages, alerts' servers and silences of long ago.
-- param before timestamptz
-- result none
-- access write
with messages as (
    delete from alert_messages m
    where m.at < :before
      and not exists (select from alert_deliveries d where d.message_id = m.id and d.state = 'waiting')
), nodes as (
    delete from alert_nodes n
    where n.at < :before
)
delete from alert_silences s
where s.ends_at < :before;
