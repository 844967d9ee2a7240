-- Changes an incident; the first time it is mitigated or resolved is kept.
-- param incident_id bigint
-- param severity text
-- param title text
-- param state text
-- param responder text nullable
-- param at timestamptz
-- result none
-- access write
update incidents
set severity = :severity,
    title = :title,
    state = :state,
    responder = coalesce(:responder, responder),
    mitigated_at = case when :state = 'open' then null else coalesce(mitigated_at, greatest(:at, detected_at)) end,
    resolved_at = case when :state = 'resolved' then coalesce(resolved_at, greatest(:at, detected_at)) end
where id = :incident_id;
