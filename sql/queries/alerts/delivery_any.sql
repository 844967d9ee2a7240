-- Whether a message is due for a place, or lately made by somebody who did not know of the place.
-- param sink text
-- param at timestamptz
-- param since timestamptz
-- result row
-- access read
select exists (
    select
    from alert_deliveries d
    where d.sink = :sink
      and d.state = 'waiting'
      and d.next_at <= :at
      and (d.claimed_until is null or d.claimed_until <= :at)
) or exists (
    select
    from alert_messages m
    where m.at >= :since
      and not exists (select from alert_deliveries d where d.message_id = m.id and d.sink = :sink)
) as is_any;
