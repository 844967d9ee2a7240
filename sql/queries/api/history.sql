-- A league's history: its seasons with their champions, the people's records and the record book. Only seasons the caller may see; the others are counted. Consolation games count nowhere.
-- param league_id bigint
-- param user_id bigint nullable
-- result json
-- access read
with linked as materialized (
    select l.id, l.season, l.name, l.state, l.source_platform, l.source_league_id, l.playoff_teams, l.playoff_start_week,
           l.visibility = 'public' or exists (
               select
               from league_members m
               where m.league_id = l.id and m.user_id = :user_id and m.state = 'active'
           ) as is_visible
    from leagues l
    where l.id in (select n.id from linked_leagues(:league_id) n)
), seasons as materialized (
    select k.id, k.season, k.name, k.state, k.source_platform, k.source_league_id, k.playoff_teams, k.playoff_start_week
    from linked k
    where k.is_visible
), sides as materialized (
    -- Every team with the person behind it.
    select s.id as league_id, s.season, s.state, s.playoff_teams, s.playoff_start_week, t.id as team_id, r.ref, p.id as user_id,
           coalesce(p.id, -t.id) as person,
           case when o.user_id = p.id then coalesce(m.display_name, p.display_name) else p.display_name end as person_name,
           coalesce(p.state = 'placeholder', false) as is_placeholder,
           x.rank, x.wins, x.losses, x.ties, x.points_for, x.points_against, x.through_week
    from seasons s
    join teams t
        on t.league_id = s.id
    join team_refs r
        on r.league_id = t.league_id and r.id = t.id
    left join team_owners o
        on o.league_id = t.league_id and o.team_id = t.id and o.is_primary
    left join users u
        on u.id = o.user_id
    left join users p
        on p.id = coalesce(u.claimed_by_user_id, u.id)
    left join league_members m
        on m.league_id = o.league_id and m.user_id = o.user_id
    left join league_standings x
        on x.league_id = t.league_id and x.team_id = t.id
), games as materialized (
    -- Every decided game twice, once for each side.
    select m.league_id, m.id as matchup_id, m.week, m.bracket, m.round, m.place, h.team_id, o.team_id as opponent_id, h.points, o.points as opponent_points,
           case when m.decided_by = 'tie' then 'T' when m.winner = h.side then 'W' else 'L' end as result,
           (select count(*) from league_weeks w where w.league_id = m.league_id and w.first_week = m.week) as weeks
    from seasons s
    join matchups m
        on m.league_id = s.id
    join matchup_sides h
        on h.league_id = m.league_id and h.matchup_id = m.id
    join matchup_sides o
        on o.league_id = m.league_id and o.matchup_id = m.id and o.side <> h.side
    where m.bracket <> 'consolation'
      and m.decided_by is not null
      and m.decided_by <> 'bye'
      and h.team_id is not null
      and o.team_id is not null
      and h.points is not null
      and o.points is not null
), stated as (
    -- Final ranks that a platform gave to every team.
    select s.league_id
    from sides s
    left join team_source_records r
        on r.league_id = s.league_id and r.team_id = s.team_id
    group by s.league_id
    having count(distinct r.final_rank) = count(*)
), reached as (
    -- How far a team came in the playoffs: the place a game decided, or the round it was out in.
    select g.league_id, g.team_id, max(g.round) as round, max(max(g.round)) over (partition by g.league_id) as rounds,
           min(case g.result when 'W' then g.place else g.place + 1 end) as place
    from games g
    where g.bracket = 'winners'
    group by g.league_id, g.team_id
), finishes as materialized (
    select s.league_id, s.team_id,
           coalesce(
               (
                   select r.final_rank::bigint
                   from stated d
                   join team_source_records r
                       on r.league_id = d.league_id and r.team_id = s.team_id
                   where d.league_id = s.league_id
               ),
               row_number() over (
                   partition by s.league_id
                   order by coalesce(
                       e.place,
                       -- out in the last round but one: third or fourth, and so on
                       power(2, e.rounds - e.round) + 0.5,
                       s.playoff_teams + 0.75
                   ), s.rank
               )
           ) as finish
    from sides s
    left join reached e
        on e.league_id = s.league_id and e.team_id = s.team_id
    where s.state = 'complete'
      and s.rank is not null
), appearances as (
    select distinct b.league_id, b.team_id
    from seasons s
    join matchups m
        on m.league_id = s.id and m.bracket = 'winners'
    join matchup_sides b
        on b.league_id = m.league_id and b.matchup_id = m.id
    where b.team_id is not null
), people as (
    select s.person as user_id,
           (array_agg(s.person_name order by s.season desc))[1] as name,
           (array_agg(s.ref order by s.season desc))[1] as team,
           bool_and(s.is_placeholder) as is_placeholder,
           count(*) as seasons, coalesce(sum(s.wins), 0) as wins, coalesce(sum(s.losses), 0) as losses, coalesce(sum(s.ties), 0) as ties,
           coalesce(sum(s.points_for), 0) as points_for, coalesce(sum(s.points_against), 0) as points_against,
           coalesce(sum(w.wins), 0) as playoff_wins, coalesce(sum(w.losses), 0) as playoff_losses,
           count(*) filter (where f.finish = 1) as championships,
           count(a.team_id) as appearances, min(f.finish) as best, max(f.finish) as worst
    from sides s
    left join finishes f
        on f.league_id = s.league_id and f.team_id = s.team_id
    left join appearances a
        on a.league_id = s.league_id and a.team_id = s.team_id
    left join lateral (
        select count(*) filter (where g.result = 'W') as wins, count(*) filter (where g.result = 'L') as losses
        from games g
        where g.league_id = s.league_id and g.team_id = s.team_id and g.bracket = 'winners'
    ) w on true
    where s.user_id is not null
    group by s.person
), weeks as (
    select g.league_id, w.week, g.team_id, c.points
    from games g
    join league_weeks w
        on w.league_id = g.league_id and w.first_week = g.week
    join team_week_scores c
        on c.league_id = g.league_id and c.week = w.week and c.team_id = g.team_id
), singles as (
    -- Two-week games are left out where points are compared.
    select g.league_id, g.week, g.team_id, g.opponent_id, g.points, g.opponent_points, g.result
    from games g
    where g.weeks = 1
), book as (
    select b.kind, b.league_id, b.week, b.team_id, b.opponent_id, b.points, b.opponent_points
    from (
        (select 'highestScore' as kind, w.league_id, w.week, w.team_id, null::bigint as opponent_id, w.points, null::numeric as opponent_points
         from weeks w
         join seasons s on s.id = w.league_id
         order by w.points desc, s.season, w.week, w.team_id limit 1)
        union all
        (select 'lowestScore', w.league_id, w.week, w.team_id, null, w.points, null
         from weeks w
         join seasons s on s.id = w.league_id
         order by w.points, s.season, w.week, w.team_id limit 1)
        union all
        (select 'biggestWin', g.league_id, g.week, g.team_id, g.opponent_id, g.points, g.opponent_points
         from singles g
         join seasons s on s.id = g.league_id
         where g.result = 'W'
         order by g.points - g.opponent_points desc, s.season, g.week, g.team_id limit 1)
        union all
        (select 'narrowestWin', g.league_id, g.week, g.team_id, g.opponent_id, g.points, g.opponent_points
         from singles g
         join seasons s on s.id = g.league_id
         where g.result = 'W' and g.points > g.opponent_points
         order by g.points - g.opponent_points, s.season, g.week, g.team_id limit 1)
        union all
        (select 'mostPointsInLoss', g.league_id, g.week, g.team_id, g.opponent_id, g.points, g.opponent_points
         from singles g
         join seasons s on s.id = g.league_id
         where g.result = 'L'
         order by g.points desc, s.season, g.week, g.team_id limit 1)
    ) b
), numbered as materialized (
    select s.person, s.league_id, s.season, g.week, s.ref, g.result,
           row_number() over (partition by s.person order by s.season, g.week, g.matchup_id) as number
    from games g
    join sides s
        on s.league_id = g.league_id and s.team_id = g.team_id
), runs as materialized (
    -- Neighbouring games of a person with the same result have the same difference of their two numbers.
    select i.person, i.result, count(*) as length, array_agg(i.season order by i.number) as seasons,
           array_agg(i.week order by i.number) as weeks, (array_agg(i.league_id order by i.number desc))[1] as league_id,
           (array_agg(i.ref order by i.number desc))[1] as ref
    from (
        select n.person, n.result, n.number, n.season, n.week, n.league_id, n.ref,
               n.number - row_number() over (partition by n.person, n.result order by n.number) as island
        from numbered n
        where n.result <> 'T'
    ) i
    group by i.person, i.result, i.island
), streaks as (
    select distinct on (r.result) r.result, r.length, r.seasons[1] as first_season, r.weeks[1] as first_week, r.league_id,
           r.seasons[r.length] as season, r.weeks[r.length] as week, r.ref
    from runs r
    order by r.result, r.length desc, r.seasons[r.length], r.weeks[r.length], r.person
)
select json_build_object(
    'leagueId', l.id,
    'name', l.name,
    'hiddenSeasons', (select count(*) from linked k where not k.is_visible),
    'seasons', (
        select json_agg(json_build_object(
            'leagueId', s.id,
            'season', s.season,
            'name', s.name,
            'state', s.state,
            'source', case when s.source_platform is not null then
                json_build_object('platform', s.source_platform, 'leagueId', s.source_league_id)
            end,
            'teamCount', (select count(*) from sides t where t.league_id = s.id),
            'champion', (
                select t.ref
                from finishes f
                join sides t on t.league_id = f.league_id and t.team_id = f.team_id
                where f.league_id = s.id and f.finish = 1
            ),
            'runnerUp', (
                select t.ref
                from finishes f
                join sides t on t.league_id = f.league_id and t.team_id = f.team_id
                where f.league_id = s.id and f.finish = 2
            ),
            'regularBest', (
                select json_build_object(
                    'team', t.ref, 'record', json_build_object('wins', t.wins, 'losses', t.losses, 'ties', t.ties), 'points', t.points_for
                )
                from sides t
                where t.league_id = s.id and t.rank = 1 and t.through_week >= s.playoff_start_week - 1
            ),
            'mostPoints', (
                select json_build_object(
                    'team', t.ref, 'record', json_build_object('wins', t.wins, 'losses', t.losses, 'ties', t.ties), 'points', t.points_for
                )
                from sides t
                where t.league_id = s.id and t.through_week >= s.playoff_start_week - 1
                order by t.points_for desc, t.rank
                limit 1
            )
        ) order by s.season desc)
        from seasons s
    ),
    'people', (
        select coalesce(json_agg(json_build_object(
            'userId', p.user_id,
            'name', p.name,
            'isPlaceholder', p.is_placeholder,
            'team', p.team,
            'seasons', p.seasons,
            'record', json_build_object('wins', p.wins, 'losses', p.losses, 'ties', p.ties),
            'winPct', coalesce(round((p.wins + p.ties / 2.0) / nullif(p.wins + p.losses + p.ties, 0), 3), 0),
            'pointsFor', p.points_for,
            'pointsAgainst', p.points_against,
            'playoffRecord', json_build_object('wins', p.playoff_wins, 'losses', p.playoff_losses, 'ties', 0),
            'championships', p.championships,
            'playoffAppearances', p.appearances,
            'bestFinish', p.best,
            'worstFinish', p.worst
        ) order by p.championships desc, (p.wins + p.ties / 2.0) / nullif(p.wins + p.losses + p.ties, 0) desc nulls last, p.points_for desc, p.user_id), '[]')
        from people p
    ),
    'records', (
        select json_object_agg(k.kind, case when b.kind is not null then json_build_object(
            'leagueId', b.league_id, 'season', t.season, 'week', b.week, 'team', t.ref, 'points', b.points, 'opponent', o.ref,
            'opponentPoints', b.opponent_points
        ) end)
        from (
            values ('highestScore'), ('lowestScore'), ('biggestWin'), ('narrowestWin'), ('mostPointsInLoss')
        ) as k (kind)
        left join book b
            on b.kind = k.kind
        left join sides t
            on t.league_id = b.league_id and t.team_id = b.team_id
        left join sides o
            on o.league_id = b.league_id and o.team_id = b.opponent_id
    ),
    'streaks', (
        select json_object_agg(k.kind, case when r.result is not null then json_build_object(
            'leagueId', r.league_id, 'season', r.season, 'week', r.week, 'team', r.ref, 'length', r.length,
            'firstSeason', r.first_season, 'firstWeek', r.first_week
        ) end)
        from (values ('winning', 'W'), ('losing', 'L')) as k (kind, result)
        left join streaks r
            on r.result = k.result
    )
)
from leagues l
where l.id = :league_id
  and l.deleted_at is null;
