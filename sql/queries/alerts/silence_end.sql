-- Ends a silence that has not ended.
-- param silence_id bigint
-- param at timestamptz
-- result maybe
-- access write
update alert_silences
set ended_at = greatest(:at, starts_at)
where id = :silence_id
  and ended_at is null
  and ends_at > :at
returning id, matches;
