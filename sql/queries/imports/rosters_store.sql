-- The rosters of an imported league as they are now. What is not told of an acquisition stays.
-- param league_id bigint
-- param rows json
-- result none
-- access write
with told as (
    select r.player_id, r.team_id, r.placement, r.via, r.at, r.seq, r.cost
    from json_to_recordset(:rows) as r (
        player_id bigint, team_id bigint, placement text, via text, at timestamptz, seq bigint, cost integer
    )
), gone as (
    delete from roster_entries k
    where k.league_id = :league_id
      and k.player_id not in (select t.player_id from told t)
), moved as (
    update roster_entries k
    set team_id = t.team_id,
        placement = t.placement,
        acquired_via = coalesce(t.via, k.acquired_via),
        acquired_at = coalesce(t.at, k.acquired_at),
        acquired_seq = coalesce(t.seq, k.acquired_seq),
        cost = case when t.seq is not null then t.cost else k.cost end
    from told t
    where k.league_id = :league_id
      and k.player_id = t.player_id
)
insert into roster_entries (league_id, player_id, team_id, placement, acquired_via, acquired_at, acquired_seq, cost)
select :league_id, t.player_id, t.team_id, t.placement, t.via, t.at, t.seq, t.cost
from told t
where not exists (
    select
    from roster_entries k
    where k.league_id = :league_id
      and k.player_id = t.player_id
);
