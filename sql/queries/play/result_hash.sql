-- One hash over a league's table and the points of all its matchups, teams named by their number: the same season played twice gives the same.
-- param league_id bigint
-- result row
-- access read
select encode(sha256(convert_to(concat(
    (
        select string_agg(concat_ws(' ', s.rank, t.ordinal, s.wins, s.losses, s.ties, s.points_for, s.points_against),
                          ',' order by s.rank)
        from league_standings s
        join teams t
            on t.league_id = s.league_id and t.id = s.team_id
        where s.league_id = :league_id
    ),
    ';',
    (
        select string_agg(concat_ws(' ', m.bracket, m.week, m.round, m.position, t.ordinal, s.points, m.winner = s.side),
                          ',' order by m.bracket, m.week, m.round, m.position, t.ordinal)
        from matchups m
        join matchup_sides s
            on s.league_id = m.league_id and s.matchup_id = m.id
        join teams t
            on t.league_id = s.league_id and t.id = s.team_id
        where m.league_id = :league_id
          and m.decided_by is not null
    )
), 'UTF8')), 'hex') as hash;
