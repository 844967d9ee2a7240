-- Takes the oldest message that is due for a place, so that nobody else sends it until `until`.
-- param sink text
-- param at timestamptz
-- param until timestamptz
-- result maybe
-- access write
with due as (
    select d.message_id, d.sink
    from alert_deliveries d
    where d.sink = :sink
      and d.state = 'waiting'
      and d.next_at <= :at
      and (d.claimed_until is null or d.claimed_until <= :at)
    order by d.message_id
    limit 1
    for update skip locked
), claimed as (
    update alert_deliveries d
    set claimed_until = :until,
        tries = d.tries + 1
    from due
    where d.message_id = due.message_id
      and d.sink = due.sink
    returning d.message_id, d.tries
)
select m.id, m.at, m.kind, m.severity, m.subject, m.title, m.body, array_to_json(m.recipients)::text as recipients, m.is_simulation,
       m.is_test, c.tries, i.ref as incident_ref
from claimed c
join alert_messages m
    on m.id = c.message_id
left join incidents i
    on i.id = m.incident_id;
