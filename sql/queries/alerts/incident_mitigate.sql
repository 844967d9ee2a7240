-- What opened an incident is good again.
-- param incident_id bigint
-- param at timestamptz
-- result maybe
-- access write
update incidents
set state = 'mitigated',
    mitigated_at = greatest(:at, detected_at)
where id = :incident_id
  and state = 'open'
returning id;
