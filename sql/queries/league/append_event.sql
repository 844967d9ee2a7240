-- Appends one event to a league's ledger, chained to the event before it.
-- param league_id bigint
-- param seq bigint
-- param command_id text
-- param kind text
-- param actor_kind text
-- param actor_user_id bigint nullable
-- param team_id bigint nullable
-- param week smallint nullable
-- param visibility text
-- param at timestamptz
-- param payload jsonb
-- result none
-- access write
insert into league_events (
    league_id, seq, command_id, kind, actor_kind, actor_user_id, team_id, week, visibility, payload, at, prev_hash, hash
)
select :league_id, :seq::bigint, :command_id, :kind, :actor_kind, :actor_user_id, :team_id, :week, :visibility, :payload, :at,
       prev.hash,
       event_hash(
           prev.hash, :league_id, :seq, :command_id, :kind, :actor_kind, :actor_user_id, :team_id, :week, :visibility,
           :at, :payload
       )
from (
    select coalesce(
        (select e.hash from league_events e where e.league_id = :league_id and e.seq = :seq::bigint - 1),
        decode(repeat('00', 32), 'hex')
    ) as hash
) prev;
