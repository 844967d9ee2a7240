-- What the players of a league's teams scored on average in the season's earlier weeks; in its first weeks the season before counts too.
-- param league_id bigint
-- param week smallint
-- result rows
-- access read
select r.player_id, round(avg(k.points), 2) as average
from leagues l
join roster_entries r
    on r.league_id = l.id
join player_week_points k
    on k.profile_id = l.scoring_profile_id and k.player_id = r.player_id and k.season_type = 'REG'
   and k.season between l.season - 1 and l.season
where l.id = :league_id
  and ((k.season = l.season and k.week < :week) or (k.season = l.season - 1 and :week <= 3))
group by r.player_id
order by r.player_id;
