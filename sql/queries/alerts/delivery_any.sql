-- Whether a message is due for a place.
-- param sink text
-- param at timestamptz
-- result row
-- access read
select exists (
    select
    from alert_deliveries d
    where d.sink = :sink
      and d.state = 'waiting'
      and d.next_at <= :at
      and (d.claimed_until is null or d.claimed_until <= :at)
) as is_any;
