-- Sets up the draft of a league that has not begun.
-- param league_id bigint
-- param kind text
-- param reversal_round smallint nullable
-- param rounds smallint
-- param seconds_per_pick integer
-- param scheduled_at timestamptz nullable
-- param order_method text
-- param order_seed bytea
-- param order_commitment bytea
-- result maybe
-- access write
update drafts
set kind = :kind,
    reversal_round = :reversal_round,
    rounds = :rounds,
    seconds_per_pick = :seconds_per_pick,
    scheduled_at = :scheduled_at,
    order_method = :order_method,
    order_seed = :order_seed,
    order_commitment = :order_commitment,
    seq = seq + 1
where league_id = :league_id
  and state = 'scheduled'
returning id;
