-- The next step of an incident's escalation; null = none.
-- param incident_id bigint
-- param step smallint
-- param at timestamptz nullable
-- result none
-- access write
update incidents
set escalation_step = :step,
    escalate_at = :at
where id = :incident_id;
