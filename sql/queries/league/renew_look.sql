-- What renewing a league has to know: its successor, its newest draft, the size of a roster without IR and TAXI, and whether the season has games.
-- param league_id bigint
-- param season smallint
-- result row
-- access read
select n.id as next_league_id, n.name as next_name, n.season as next_season,
       exists (
           select
           from nfl_games g
           where g.season = :season
             and g.season_type = 'REG'
       ) as has_games,
       d.kind as draft_kind, d.pool as draft_pool, d.rounds as draft_rounds, d.reversal_round, coalesce(d.seconds_per_pick, 90) as seconds_per_pick,
       l.keepers_max, l.created_by_user_id,
       (
           select coalesce(sum(s.count), 0)
           from roster_slots s
           where s.league_id = l.id
             and s.slot not in ('IR', 'TAXI')
       ) as roster_size
from leagues l
left join leagues n
    on n.previous_league_id = l.id and n.deleted_at is null
left join lateral (
    select f.kind, f.pool, f.rounds, f.reversal_round, f.seconds_per_pick
    from drafts f
    where f.league_id = l.id
      and f.state <> 'cancelled'
    order by f.id desc
    limit 1
) d on true
where l.id = :league_id;
