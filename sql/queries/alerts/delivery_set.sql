-- What came of sending.
-- param message_id bigint
-- param sink text
-- param state text
-- param next_at timestamptz
-- param error text nullable
-- param at timestamptz
-- result none
-- access write
update alert_deliveries
set state = :state,
    next_at = :next_at,
    claimed_until = null,
    last_error = :error,
    ended_at = case when :state <> 'waiting' then :at end
where message_id = :message_id
  and sink = :sink;
