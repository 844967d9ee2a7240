-- Derived figures and the views that documents of play are made from. Every row of these tables can be made
-- again from others (`astralfield verify ledger` does it): they are kept so that reading is one statement.

create table league_standings (
    league_id bigint not null,
    team_id bigint not null,
    through_week smallint not null,
    rank smallint not null,
    wins smallint not null,
    losses smallint not null,
    ties smallint not null,
    points_for numeric(10, 2) not null,
    points_against numeric(10, 2) not null,
    streak text,
    decided_by text not null,
    constraint league_standings_pk primary key (league_id, team_id),
    constraint league_standings_rank_unique unique (league_id, rank) deferrable initially deferred,
    constraint league_standings_team_fk foreign key (league_id, team_id) references teams (league_id, id) on delete cascade,
    constraint league_standings_week_range check (through_week between 1 and 22),
    constraint league_standings_rank_range check (rank between 1 and 32),
    constraint league_standings_record_not_negative check (wins >= 0 and losses >= 0 and ties >= 0),
    constraint league_standings_streak_form check (streak ~ '^[WLT][1-9][0-9]*$'),
    constraint league_standings_decided_by_form check (decided_by ~ '^[a-z][a-z-]{1,39}$')
);
comment on table league_standings is 'Derived: the table of the regular season after its latest final week, by rules/standings.';
comment on column league_standings.decided_by is 'Why the team stands above the next one: a key of rules/criterion.def.';

create table player_week_points (
    profile_id bigint not null,
    season smallint not null,
    season_type text not null,
    week smallint not null,
    player_id bigint not null,
    points numeric(8, 2) not null,
    revision integer not null,
    constraint player_week_points_pk primary key (profile_id, season, season_type, week, player_id),
    constraint player_week_points_revision_positive check (revision > 0)
);
comment on table player_week_points is 'Derived: what a stat line is worth under a scoring profile, by rules/scoring. Without foreign keys: 20,000 rows are stored at once.';
comment on column player_week_points.revision is 'Of the stat line that was scored; a line with a newer one is scored again.';
create index player_week_points_player_idx on player_week_points (profile_id, player_id, season);

create table player_week_projections (
    profile_id bigint not null,
    season smallint not null,
    week smallint not null,
    player_id bigint not null,
    points numeric(8, 2) not null,
    source text not null,
    constraint player_week_projections_pk primary key (profile_id, season, week, player_id),
    constraint player_week_projections_profile_fk foreign key (profile_id) references scoring_profiles (id) on delete cascade,
    constraint player_week_projections_season_fk foreign key (season) references seasons (year),
    constraint player_week_projections_player_fk foreign key (player_id) references players (id),
    constraint player_week_projections_week_range check (week between 1 and 22),
    constraint player_week_projections_source_length check (length(source) between 1 and 80)
);
comment on table player_week_projections is 'Derived: what a player was expected to score, from what was known before the week (league/projection.h).';
comment on column player_week_projections.source is 'Whose stat line was scored; astralfield: our own, from earlier games.';
create index player_week_projections_season_idx on player_week_projections (season, week);
create index player_week_projections_player_idx on player_week_projections (player_id);

-- A league that replays a stored season sees a game as it stood at the league's clock. How it went is known
-- when it is over: four hours after its kickoff.
create function game_state_at(state text, kickoff timestamptz, replay_at timestamptz) returns text
language sql immutable parallel safe
return case
    when replay_at is null or state in ('postponed', 'cancelled') then state
    when kickoff is null or kickoff > replay_at then 'scheduled'
    when kickoff + interval '4 hours' > replay_at then 'in_progress'
    else state
end;
comment on function game_state_at is 'A game''s state at a league''s clock; replay_at is null in real time.';

create function is_scored_at(kickoff timestamptz, replay_at timestamptz) returns boolean
language sql stable parallel safe
return case when replay_at is null then kickoff <= now() else kickoff + interval '4 hours' <= replay_at end;
comment on function is_scored_at is 'Whether the points of a game with this kickoff count already; null for a bye.';

create function game_ref(g nfl_games, replay_at timestamptz) returns json
language sql stable parallel safe
return case when g.id is not null then json_build_object(
    'id', g.id, 'season', g.season, 'week', g.week, 'home', g.home_team_code, 'away', g.away_team_code,
    'kickoff', iso(g.kickoff), 'state', game_state_at(g.state, g.kickoff, replay_at),
    'homeScore', case when replay_at is null or game_state_at(g.state, g.kickoff, replay_at) = 'final' then g.home_score end,
    'awayScore', case when replay_at is null or game_state_at(g.state, g.kickoff, replay_at) = 'final' then g.away_score end
) end;
comment on function game_ref is 'A game as documents show it, at a league''s clock.';

-- A player's club is the one of his line. Without a line: in a season that is still played his club today,
-- in the past the club of the nearest line, earlier ones first.
create view player_week_clubs as
select s.year as season, w.week, p.id as player_id, c.nfl_team_code
from seasons s
cross join (values
    (1::smallint), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18)
) as w (week)
cross join players p
cross join lateral (
    -- `offset 0` keeps the planner from looking the club up again for every game it compares.
    select coalesce(
        (
            select k.nfl_team_code
            from player_week_stats k
            where k.player_id = p.id and k.season = s.year and k.week = w.week and k.season_type = 'REG'
        ),
        case when s.phase <> 'off' and w.week >= s.current_week then p.nfl_team_code end,
        (
            select k.nfl_team_code
            from player_week_stats k
            where k.player_id = p.id and k.season = s.year and k.week < w.week and k.season_type = 'REG'
            order by k.week desc
            limit 1
        ),
        (
            select k.nfl_team_code
            from player_week_stats k
            where k.player_id = p.id and k.season = s.year and k.week > w.week and k.season_type = 'REG'
            order by k.week
            limit 1
        ),
        p.nfl_team_code
    ) as nfl_team_code
    offset 0
) c;
comment on view player_week_clubs is 'The club of each player in each week of a regular season.';

create view player_week_games as
select c.season, c.week, c.player_id, c.nfl_team_code, g.game_id, g.kickoff, g.opponent_code
from player_week_clubs c
left join lateral (
    select x.game_id, x.kickoff, x.opponent_code
    from nfl_team_games x
    where x.season = c.season
      and x.season_type = 'REG'
      and x.week = c.week
      and x.nfl_team_code = c.nfl_team_code
      and x.state <> 'cancelled'
) g on true;
comment on view player_week_games is 'The club and the game of each player in each week of a regular season; no game: a bye, or no club.';

-- The same as team_ref(t), as a view: documents of many teams are planned once.
create view team_refs as
select t.league_id, t.id, json_build_object(
    'id', t.id,
    'name', t.name,
    'abbrev', coalesce(t.abbreviation, upper(left(t.name, 4))),
    'crest', case when t.logo_key ~ '^crest-[0-9]+$' then substr(t.logo_key, 7)::integer else (t.ordinal - 1) % 12 end,
    'managers', coalesce(m.names, '[]'::json)
) as ref
from teams t
left join lateral (
    select json_agg(coalesce(m.display_name, u.display_name) order by o.is_primary desc, o.since) as names
    from team_owners o
    join users u
        on u.id = o.user_id
    join league_members m
        on m.league_id = o.league_id and m.user_id = o.user_id
    where o.league_id = t.league_id
      and o.team_id = t.id
) m on true;
comment on view team_refs is 'Teams as documents name them.';

-- Where nothing was set for a week, the last lineup that was set goes on, without who has left the team.
create function effective_lineup(league_id bigint, team_id bigint, week smallint)
returns table (slot text, ordinal smallint, player_id bigint)
language sql stable parallel safe
begin atomic
    select s.slot, s.ordinal, s.player_id
    from lineup_slots s
    where s.league_id = effective_lineup.league_id
      and s.team_id = effective_lineup.team_id
      and s.week = (
          select max(x.week)
          from lineup_slots x
          where x.league_id = effective_lineup.league_id
            and x.team_id = effective_lineup.team_id
            and x.week <= effective_lineup.week
      )
      and s.slot not in ('BN', 'IR', 'TAXI')
      and s.player_id is not null
      and exists (
          select
          from roster_entries r
          where r.league_id = s.league_id
            and r.player_id = s.player_id
            and r.team_id = s.team_id
            and r.placement = 'active'
      );
end;
comment on function effective_lineup is 'The starters of a team in a week that is not final.';

create function lineup_tag(league_id bigint, team_id bigint, week smallint) returns text
language sql stable parallel safe
return (
    select left(encode(sha256(convert_to(coalesce(string_agg(p.place, ' ' order by p.place), ''), 'UTF8')), 'hex'), 16)
    from (
        select e.slot || '.' || e.ordinal || '=' || e.player_id as place
        from effective_lineup(lineup_tag.league_id, lineup_tag.team_id, lineup_tag.week) e
        union all
        select r.placement || '=' || r.player_id
        from roster_entries r
        where r.league_id = lineup_tag.league_id
          and r.team_id = lineup_tag.team_id
    ) p
);
comment on function lineup_tag is 'The entity tag of a team''s lineup: changes whenever a starter or the roster does.';

create function team_lines(league_id bigint, team_id bigint, week smallint)
returns table (
    slot text, ordinal smallint, player_id bigint, nfl_team_code text, game_id bigint, kickoff timestamptz,
    points numeric, projected numeric
)
language sql stable parallel safe
begin atomic
    select m.slot, m.ordinal, m.player_id, g.nfl_team_code, g.game_id, g.kickoff,
           case
               when w.state = 'final' then m.points
               when is_scored_at(g.kickoff, l.replay_at) then coalesce(k.points, 0)
           end,
           case when w.state <> 'upcoming' then j.points end
    from leagues l
    join league_weeks w
        on w.league_id = l.id and w.week = team_lines.week
    cross join lateral (
        select s.slot, s.ordinal, s.player_id, s.points
        from lineup_slots s
        where w.state = 'final'
          and s.league_id = l.id
          and s.week = w.week
          and s.team_id = team_lines.team_id
          and s.player_id is not null
        union all
        select e.slot, e.ordinal, e.player_id, null
        from effective_lineup(l.id, team_lines.team_id, w.week) e
        where w.state <> 'final'
        union all
        select case r.placement when 'reserve' then 'IR' when 'taxi' then 'TAXI' else 'BN' end,
               (row_number() over (partition by r.placement order by r.acquired_seq, r.player_id))::smallint,
               r.player_id, null
        from roster_entries r
        where w.state <> 'final'
          and r.league_id = l.id
          and r.team_id = team_lines.team_id
          and r.player_id not in (select e.player_id from effective_lineup(l.id, team_lines.team_id, w.week) e)
    ) m
    left join player_week_games g
        on g.season = l.season and g.week = w.week and g.player_id = m.player_id
    left join player_week_points k
        on k.profile_id = l.scoring_profile_id and k.season = l.season and k.season_type = 'REG'
       and k.week = w.week and k.player_id = m.player_id
    left join player_week_projections j
        on j.profile_id = l.scoring_profile_id and j.season = l.season and j.week = w.week and j.player_id = m.player_id
    where l.id = team_lines.league_id;
end;
comment on function team_lines is 'A team''s players in a week with their slots, games and points: frozen when the week is final, else as the league''s clock stands.';

-- One side of a matchup at a time: its points so far and its expectation (points of finished games, projections of the rest).
create view matchup_side_documents as
select s.league_id, s.matchup_id, s.side, s.week, s.team_id,
       coalesce(s.points, v.points, 0) as points,
       json_build_object(
           'team', t.ref,
           'record', json_build_object('wins', coalesce(x.wins, 0), 'losses', coalesce(x.losses, 0), 'ties', coalesce(x.ties, 0)),
           'points', coalesce(s.points, v.points, 0),
           'projected', case when s.points is null then v.projected end,
           'isWinner', case when m.decided_by is not null then coalesce(m.winner = s.side, false) end,
           'seed', s.seed
       ) as document
from matchup_sides s
join matchups m
    on m.league_id = s.league_id and m.id = s.matchup_id
join team_refs t
    on t.league_id = s.league_id and t.id = s.team_id
left join league_standings x
    on x.league_id = s.league_id and x.team_id = s.team_id
left join lateral (
    select sum(y.points) as points,
           case when count(*) filter (where y.projected is not null) > 0 then sum(coalesce(y.points, y.projected, 0)) end as projected
    from league_weeks w
    cross join lateral team_lines(s.league_id, s.team_id, w.week) y
    where s.points is null
      and w.league_id = s.league_id
      and w.first_week = m.week
      and y.slot not in ('BN', 'IR', 'TAXI')
) v on true;
comment on view matchup_side_documents is 'The sides of matchups as documents show them.';

create view matchup_documents as
select m.league_id, m.id, m.week, m.bracket, m.round, m.position, z.state, json_build_object(
    'id', m.id,
    'week', m.week,
    'kind', case when m.bracket = 'none' then 'regular' when m.place = 3 then 'third_place' else m.bracket end,
    'round', m.round,
    'state', z.state,
    'home', h.document,
    'away', a.document
) as document
from matchups m
join leagues l
    on l.id = m.league_id
cross join lateral (
    select case
        when m.decided_by is not null then 'final'
        when exists (
            select
            from league_weeks w
            join nfl_games g
                on g.season = l.season and g.season_type = 'REG' and g.week = w.week
            where w.league_id = m.league_id
              and w.first_week = m.week
              and g.kickoff <= coalesce(l.replay_at, now())
        ) then 'live'
        else 'upcoming'
    end as state
) z
left join matchup_side_documents h
    on h.league_id = m.league_id and h.matchup_id = m.id and h.side = 'home'
left join matchup_side_documents a
    on a.league_id = m.league_id and a.matchup_id = m.id and a.side = 'away';
comment on view matchup_documents is 'Matchups as documents show them.';
