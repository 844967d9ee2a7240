-- Schedules the draft of a renewed league. With has_order its order is that of the waivers: reverse standings.
-- param league_id bigint
-- param kind text
-- param reversal_round smallint nullable
-- param rounds smallint
-- param seconds_per_pick integer
-- param has_order boolean
-- param order_seed bytea
-- param order_commitment bytea
-- result row
-- access write
with scheduled as (
    insert into drafts (
        league_id, season, kind, reversal_round, rounds, seconds_per_pick, order_method, order_seed, order_commitment
    )
    select l.id, l.season, :kind, :reversal_round, :rounds, :seconds_per_pick,
           case when :has_order then 'reverse_standings' else 'random' end, :order_seed, :order_commitment
    from leagues l
    where l.id = :league_id
    returning id
), ordered as (
    insert into draft_teams (league_id, draft_id, team_id, slot, is_autopick)
    select t.league_id, s.id, t.id, row_number() over (order by t.waiver_rank),
           not exists (select from team_owners o where o.league_id = t.league_id and o.team_id = t.id)
    from scheduled s
    join teams t
        on t.league_id = :league_id
    where :has_order
    returning team_id, slot
)
select s.id, (select coalesce(json_agg(o.team_id order by o.slot), '[]') from ordered o)::text as team_order
from scheduled s;
