-- What limits a team that wants to add a player.
-- param league_id bigint
-- param team_id bigint
-- param week smallint
-- result maybe
-- access read
select t.name, t.is_locked,
       count(*) filter (where x.week = :week) as adds_this_week,
       count(x.id) as adds_this_season
from teams t
left join (
    select i.league_id, i.team_id, n.id, n.week
    from transaction_items i
    join transactions n
        on n.league_id = i.league_id and n.id = i.transaction_id
    where i.kind = 'player_in'
      and n.kind in ('add', 'add_drop', 'waiver')
) x
    on x.league_id = t.league_id and x.team_id = t.id
where t.league_id = :league_id
  and t.id = :team_id
group by t.id, t.name, t.is_locked;
