-- The table of a league as it is printed, with its champion.
-- param league_id bigint
-- result rows
-- access read
select s.rank, t.id as team_id, t.name, s.wins, s.losses, s.ties, s.points_for, s.points_against, s.streak,
       t.playoff_seed, s.through_week,
       coalesce((
           select e.team_id = t.id
           from league_events e
           where e.league_id = t.league_id and e.kind = 'league.champion'
           order by e.seq desc
           limit 1
       ), false) as is_champion
from league_standings s
join teams t
    on t.league_id = s.league_id and t.id = s.team_id
where s.league_id = :league_id
order by s.rank;
