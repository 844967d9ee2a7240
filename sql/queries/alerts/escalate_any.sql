-- Whether an incident waits to be escalated.
-- param at timestamptz
-- result row
-- access read
select exists (
    select
    from incidents i
    where i.state = 'open'
      and i.acknowledged_at is null
      and i.escalate_at <= :at
) as is_any;
