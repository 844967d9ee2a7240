-- An alert is over.
-- param alert_id bigint
-- param at timestamptz
-- result none
-- access write
update alerts
set ended_at = greatest(:at, started_at)
where id = :alert_id
  and ended_at is null;
