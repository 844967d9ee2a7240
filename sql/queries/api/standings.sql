-- The table of the regular season after its latest final week; before the first one by the teams' numbers.
-- param league_id bigint
-- result json
-- access read
select json_build_object(
    'leagueId', l.id,
    'season', l.season,
    'throughWeek', (select coalesce(max(s.through_week), 0) from league_standings s where s.league_id = l.id),
    'tiebreak', league_settings(l) ->> 'tiebreak',
    'rows', (
        select coalesce(json_agg(json_build_object(
            'rank', r.place,
            'team', r.ref,
            'record', json_build_object('wins', r.wins, 'losses', r.losses, 'ties', r.ties),
            'winPct', coalesce(round((r.wins + r.ties / 2.0) / nullif(r.wins + r.losses + r.ties, 0), 3), 0),
            'pointsFor', r.points_for,
            'pointsAgainst', r.points_against,
            'streak', r.streak,
            'decidedBy', r.decided_by,
            'playoffSeed', r.playoff_seed,
            'inPlayoffs', case
                when r.has_seeds then coalesce(r.playoff_seed <= l.playoff_teams, false)
                else r.place <= l.playoff_teams
            end
        ) order by r.place), '[]')
        from (
            select coalesce(s.rank, row_number() over (order by t.ordinal)) as place, f.ref, coalesce(s.wins, 0) as wins,
                   coalesce(s.losses, 0) as losses, coalesce(s.ties, 0) as ties, coalesce(s.points_for, 0) as points_for,
                   coalesce(s.points_against, 0) as points_against, s.streak, s.decided_by, t.playoff_seed,
                   bool_or(t.playoff_seed is not null) over () as has_seeds
            from teams t
            join team_refs f
                on f.league_id = t.league_id and f.id = t.id
            left join league_standings s
                on s.league_id = t.league_id and s.team_id = t.id
            where t.league_id = l.id
        ) r
    )
)
from leagues l
where l.id = :league_id
  and l.deleted_at is null;
