-- Somebody has seen an alert; the first one is kept.
-- param alert_id bigint
-- param at timestamptz
-- param by text
-- result maybe
-- access write
update alerts
set acknowledged_at = coalesce(acknowledged_at, :at),
    acknowledged_by = coalesce(acknowledged_by, :by)
where id = :alert_id
returning id, incident_id;
