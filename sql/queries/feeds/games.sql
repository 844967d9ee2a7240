-- Stores games, matched by nflverse's game id. What the source does not say stays; a game that has
-- begun is never put back to scheduled. A changed kickoff, state or score is an event.
-- param season smallint
-- param source text
-- param rows json
-- result rows
-- access write
with incoming as (
    select r.nflverse_id, r.season_type, r.week, r.home, r.away, r.kickoff, r.state, r.home_score, r.away_score,
           r.is_neutral, r.venue, r.roof, r.temp, r.wind, r.home_spread, r.total_line, r.nfl_id, r.espn_id
    from json_to_recordset(:rows) as r (
        nflverse_id text, season_type text, week smallint, home text, away text, kickoff timestamptz, state text,
        home_score smallint, away_score smallint, is_neutral boolean, venue text, roof text, temp smallint, wind smallint,
        home_spread numeric, total_line numeric, nfl_id text, espn_id text
    )
),
placed as (
    select i.nflverse_id, g.id, i.season_type, i.week, h.nfl_team_code as home, a.nfl_team_code as away,
           coalesce(i.kickoff, g.kickoff) as kickoff,
           case when i.state = 'scheduled' then coalesce(g.state, i.state) else i.state end as state,
           coalesce(i.home_score, g.home_score) as home_score, coalesce(i.away_score, g.away_score) as away_score,
           i.is_neutral, coalesce(i.venue, g.venue) as venue, coalesce(i.roof, g.roof) as roof,
           case
               when num_nonnulls(i.temp, i.wind) = 0 then g.weather
               else jsonb_strip_nulls(jsonb_build_object('temp', i.temp, 'wind', i.wind))
           end as weather,
           coalesce(i.home_spread, g.home_spread) as home_spread, coalesce(i.total_line, g.total_line) as total_line,
           coalesce(i.nfl_id, g.nfl_id) as nfl_id, coalesce(i.espn_id, g.espn_id) as espn_id,
           g.kickoff as old_kickoff, g.state as old_state, g.home_score as old_home_score, g.away_score as old_away_score
    from incoming i
    left join nfl_games g on g.nflverse_id = i.nflverse_id
    left join nfl_team_aliases h on h.alias = i.home
    left join nfl_team_aliases a on a.alias = i.away
),
inserted as (
    insert into nfl_games (
        season, season_type, week, home_team_code, away_team_code, kickoff, state, home_score, away_score, is_neutral_site,
        venue, roof, weather, home_spread, total_line, nflverse_id, nfl_id, espn_id, source
    )
    select :season, p.season_type, p.week, p.home, p.away, p.kickoff, p.state, p.home_score, p.away_score, p.is_neutral,
           p.venue, p.roof, p.weather, p.home_spread, p.total_line, p.nflverse_id, p.nfl_id, p.espn_id, :source
    from placed p
    where p.id is null
      and p.home is not null
      and p.away is not null
    order by p.week, p.kickoff, p.nflverse_id
    returning id
),
changed as (
    update nfl_games g
    set week = p.week,
        kickoff = p.kickoff,
        state = p.state,
        home_score = p.home_score,
        away_score = p.away_score,
        is_neutral_site = p.is_neutral,
        venue = p.venue,
        roof = p.roof,
        weather = p.weather,
        home_spread = p.home_spread,
        total_line = p.total_line,
        nfl_id = p.nfl_id,
        espn_id = p.espn_id,
        source = :source,
        revision = g.revision + 1,
        updated_at = now()
    from placed p
    where p.id = g.id
      and p.home is not null
      and p.away is not null
      and (g.week, g.kickoff, g.state, g.home_score, g.away_score, g.is_neutral_site, g.venue, g.roof, g.weather,
           g.home_spread, g.total_line, g.nfl_id, g.espn_id)
          is distinct from
          (p.week, p.kickoff, p.state, p.home_score, p.away_score, p.is_neutral, p.venue, p.roof, p.weather,
           p.home_spread, p.total_line, p.nfl_id, p.espn_id)
    returning g.id, g.week, p.old_kickoff, p.old_state, p.old_home_score, p.old_away_score, g.kickoff, g.state, g.home_score, g.away_score
),
told as (
    select c.id, c.week, row_number() over (order by c.id) as n,
           jsonb_build_object(
               'old', jsonb_build_object('kickoff', c.old_kickoff, 'state', c.old_state, 'homeScore', c.old_home_score, 'awayScore', c.old_away_score),
               'new', jsonb_build_object('kickoff', c.kickoff, 'state', c.state, 'homeScore', c.home_score, 'awayScore', c.away_score)
           ) as payload
    from changed c
    where (c.old_kickoff, c.old_state, c.old_home_score, c.old_away_score) is distinct from (c.kickoff, c.state, c.home_score, c.away_score)
),
taken as (
    update streams s
    set seq = s.seq + t.rows
    from (select count(*) as rows from told) t
    where s.name = 'nfl'
      and t.rows > 0
    returning s.seq - t.rows as base
),
events as (
    insert into nfl_events (seq, kind, season, week, game_id, payload)
    select k.base + t.n, 'game', :season, t.week, t.id, t.payload
    from told t
    cross join taken k
)
select 'new' as outcome, null as reason, count(*) as rows, null as example
from inserted
union all
select 'changed', null, count(*), null
from changed
union all
select 'unchanged', null,
       (select count(*) from placed p where p.home is not null and p.away is not null) - (select count(*) from inserted) - (select count(*) from changed),
       null
union all
select 'rejected', 'names a club that is not one of the 32', count(*), min(p.nflverse_id)
from placed p
where p.home is null
   or p.away is null;
