-- Cancels a draft and schedules a fresh one of the same kind.
-- param league_id bigint
-- param draft_id bigint
-- param order_seed bytea
-- param order_commitment bytea
-- result row
-- access write
with cancelled as (
    update drafts
    set state = 'cancelled',
        current_pick = null,
        deadline_at = null,
        paused_remaining_ms = null,
        frozen_at = null,
        seq = seq + 1
    where league_id = :league_id
      and id = :draft_id
    returning league_id, season, kind, pool, rounds, reversal_round, seconds_per_pick
)
insert into drafts (
    league_id, season, kind, pool, rounds, reversal_round, seconds_per_pick, order_seed, order_commitment
)
select c.league_id, c.season, c.kind, c.pool, c.rounds, c.reversal_round, c.seconds_per_pick, :order_seed,
       :order_commitment
from cancelled c
returning id;
