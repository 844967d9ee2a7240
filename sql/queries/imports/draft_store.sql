-- A draft of an imported league.
-- param league_id bigint
-- param draft json
-- result row
-- access write
insert into drafts as k (
    league_id, season, kind, pool, rounds, reversal_round, seconds_per_pick, state, scheduled_at, started_at, completed_at,
    order_method, budget, min_bid, source_id
)
select :league_id, r.season, r.kind, r.pool, r.rounds, r.reversal_round, r.seconds_per_pick, r.state, r.scheduled_at,
       r.started_at, r.completed_at, 'import', r.budget, r.min_bid, r.source_id
from json_to_record(:draft) as r (
    season smallint, kind text, pool text, rounds smallint, reversal_round smallint, seconds_per_pick integer, state text,
    scheduled_at timestamptz, started_at timestamptz, completed_at timestamptz, budget integer, min_bid integer, source_id text
)
on conflict (league_id, source_id) do update
set kind = excluded.kind,
    rounds = excluded.rounds,
    reversal_round = excluded.reversal_round,
    seconds_per_pick = excluded.seconds_per_pick,
    state = excluded.state,
    scheduled_at = excluded.scheduled_at,
    started_at = excluded.started_at,
    completed_at = excluded.completed_at,
    budget = excluded.budget,
    min_bid = excluded.min_bid,
    seq = k.seq + 1
returning id;
