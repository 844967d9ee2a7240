-- Adds games to a league's bracket.
-- param league_id bigint
-- param bracket text
-- param rows json
-- result none
-- access write
with games as materialized (
    select r.week, r.round, r.position, r.place, r.home_team_id, r.home_seed, r.away_team_id, r.away_seed,
           nextval(pg_get_serial_sequence('matchups', 'id')) as id
    from json_to_recordset(:rows) as r (
        week smallint, round smallint, position smallint, place smallint, home_team_id bigint, home_seed smallint,
        away_team_id bigint, away_seed smallint
    )
), added as (
    insert into matchups (league_id, id, week, bracket, round, position, place)
    overriding system value
    select :league_id, g.id, g.week, :bracket, g.round, g.position, g.place
    from games g
)
insert into matchup_sides (league_id, matchup_id, side, week, team_id, seed)
select :league_id, g.id, s.side, g.week,
       case s.side when 'home' then g.home_team_id else g.away_team_id end,
       case s.side when 'home' then g.home_seed else g.away_seed end
from games g
cross join (values ('home'), ('away')) as s (side);
