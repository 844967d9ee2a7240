-- What the tests of leagues play with: plainly invented players in sample seasons, one over, one to come.

insert into users (email, display_name, password_hash)
select 'u' || n || '@example.org', 'User ' || n, 'a hash that is long enough to be one'
from generate_series(1, 40) n;

insert into seasons (year, regular_weeks, last_week, is_sample, source)
values (2014, 18, 22, true, 'test'), (2189, 18, 22, true, 'test'), (2190, 18, 22, true, 'test');

insert into nfl_games (season, season_type, week, home_team_code, away_team_code, kickoff, source)
select y.year, 'REG', w.week, h.code, a.code,
       make_timestamptz(y.year, 9, 7, 17, 0, 0, 'UTC') + make_interval(weeks => w.week - 1), 'test'
from (values (2014), (2190)) y (year)
cross join generate_series(1, 18) w (week)
cross join (select code, row_number() over (order by code) as n from nfl_teams) h
join (select code, row_number() over (order by code) as n from nfl_teams) a
    on a.n = h.n + 1
where h.n % 2 = 1;

insert into players (full_name, search_name, position, nfl_team_code, is_sample)
select p.position || ' ' || g.n, lower(p.position) || ' ' || g.n, p.position, t.code, true
from (values ('QB', 40), ('RB', 90), ('WR', 110), ('TE', 40), ('K', 32), ('DEF', 32), ('LB', 10)) p (position, count)
cross join lateral generate_series(1, p.count) g (n)
join (select code, row_number() over (order by code) as n from nfl_teams) t
    on t.n = (g.n - 1) % 32 + 1;

-- Average draft positions: the best of each position come in an order people would find plausible.
insert into player_rankings (season, source, format, player_id, adp)
select 2190, 'test', 'half', p.id, row_number() over (order by p.place * p.weight, p.position)
from (
    select p.id, p.position, row_number() over (partition by p.position order by p.id) as place,
           case p.position when 'RB' then 3 when 'WR' then 3 when 'TE' then 12 when 'QB' then 10 else 60 end as weight
    from players p
    where p.position <> 'LB'
) p
where p.place <= 60;

insert into player_week_stats (season, season_type, week, player_id, stats, source)
select 2189, 'REG', w, p.id,
       case when p.position = 'QB' then jsonb_build_object('passing_yards', 300 - p.place, 'passing_tds', 2)
            when p.position = 'DEF' then jsonb_build_object('team_sacks', 3)
            else jsonb_build_object('receiving_yards', 120 - p.place) end,
       'test'
from (select id, position, row_number() over (partition by position order by id) as place from players where position <> 'K') p
cross join generate_series(1, 17) w;
