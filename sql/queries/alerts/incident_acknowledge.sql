-- Somebody has an incident in hand: nobody else is called. Nothing when somebody had it already.
-- param incident_id bigint
-- param at timestamptz
-- param by text
-- result maybe
-- access write
update incidents
set acknowledged_at = :at,
    acknowledged_by = :by,
    responder = coalesce(responder, :by)
where id = :incident_id
  and acknowledged_at is null
returning id;
