-- Who has met whom in a league and the seasons linked with it, by person, and the games of two of them when both are named. Only seasons the caller may see; consolation games are left out.
-- param league_id bigint
-- param user_id bigint nullable
-- param a bigint nullable
-- param b bigint nullable
-- result json
-- access read
with linked as materialized (
    select l.id, l.season,
           l.visibility = 'public' or exists (
               select
               from league_members m
               where m.league_id = l.id and m.user_id = :user_id and m.state = 'active'
           ) as is_visible
    from leagues l
    where l.id in (select n.id from linked_leagues(:league_id) n)
), sides as materialized (
    select s.id as league_id, s.season, t.id as team_id, r.ref, p.id as person,
           case when o.user_id = p.id then coalesce(m.display_name, p.display_name) else p.display_name end as name
    from linked s
    join teams t
        on t.league_id = s.id
    join team_refs r
        on r.league_id = t.league_id and r.id = t.id
    join team_owners o
        on o.league_id = t.league_id and o.team_id = t.id and o.is_primary
    join users u
        on u.id = o.user_id
    join users p
        on p.id = coalesce(u.claimed_by_user_id, u.id)
    left join league_members m
        on m.league_id = o.league_id and m.user_id = o.user_id
    where s.is_visible
), games as materialized (
    select x.season, m.league_id, m.id as matchup_id, m.week, m.bracket = 'winners' as is_playoff, x.person, y.person as opponent,
           x.ref, y.ref as opponent_ref, h.points, o.points as opponent_points,
           case when m.decided_by = 'tie' then 'tie' when m.winner = h.side then 'win' else 'loss' end as result
    from sides x
    join matchup_sides h
        on h.league_id = x.league_id and h.team_id = x.team_id
    join matchups m
        on m.league_id = h.league_id and m.id = h.matchup_id
    join matchup_sides o
        on o.league_id = m.league_id and o.matchup_id = m.id and o.side <> h.side
    join sides y
        on y.league_id = o.league_id and y.team_id = o.team_id
    where m.bracket <> 'consolation'
      and m.decided_by is not null
      and m.decided_by <> 'bye'
      and h.points is not null
      and o.points is not null
      and x.person <> y.person
), people as (
    select s.person, (array_agg(s.name order by s.season desc))[1] as name, (array_agg(s.ref order by s.season desc))[1] as team,
           count(*) as seasons
    from sides s
    group by s.person
), pairs as (
    select g.person, g.opponent, count(*) filter (where g.result = 'win') as wins, count(*) filter (where g.result = 'loss') as losses,
           count(*) filter (where g.result = 'tie') as ties, sum(g.points) as points_for, sum(g.opponent_points) as points_against,
           count(*) filter (where g.is_playoff) as playoff_meetings,
           count(*) filter (where g.is_playoff and g.result = 'win') as playoff_wins
    from games g
    group by g.person, g.opponent
)
select json_build_object(
    'leagueId', l.id,
    'hiddenSeasons', (select count(*) from linked k where not k.is_visible),
    'people', (
        select coalesce(json_agg(json_build_object(
            'userId', p.person, 'name', p.name, 'team', p.team, 'seasons', p.seasons
        ) order by p.seasons desc, p.name, p.person), '[]')
        from people p
    ),
    'pairs', (
        select coalesce(json_agg(json_build_object(
            'userId', p.person,
            'opponentUserId', p.opponent,
            'record', json_build_object('wins', p.wins, 'losses', p.losses, 'ties', p.ties),
            'pointsFor', p.points_for,
            'pointsAgainst', p.points_against,
            'playoffMeetings', p.playoff_meetings,
            'playoffWins', p.playoff_wins
        ) order by p.person, p.opponent), '[]')
        from pairs p
    ),
    'games', (
        select coalesce(json_agg(json_build_object(
            'leagueId', g.league_id,
            'matchupId', g.matchup_id,
            'season', g.season,
            'week', g.week,
            'isPlayoff', g.is_playoff,
            'result', g.result,
            'team', g.ref,
            'points', g.points,
            'opponent', g.opponent_ref,
            'opponentPoints', g.opponent_points
        ) order by g.season desc, g.week desc, g.matchup_id), '[]')
        from games g
        where g.person = :a::bigint
          and g.opponent = :b::bigint
    )
)
from leagues l
where l.id = :league_id
  and l.deleted_at is null;
