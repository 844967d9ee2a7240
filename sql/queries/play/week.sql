-- A week of a league: its state, its games at the league's clock, and the week after it. No week given: the current one.
-- param league_id bigint
-- param week smallint nullable
-- result maybe
-- access read
select w.week, w.first_week, w.kind, w.state, g.first_kickoff, g.last_kickoff, coalesce(g.is_over, false) as is_over,
       coalesce(g.left_over, 0) as games_left,
       not exists (
           select from league_weeks x where x.league_id = w.league_id and x.first_week = w.first_week and x.week > w.week
       ) as is_last_of_matchup,
       (select min(x.week) from league_weeks x where x.league_id = w.league_id and x.state = 'upcoming') as next_week,
       (
           select count(*)
           from league_weeks x
           where x.league_id = w.league_id and x.kind = 'regular' and x.state <> 'final' and x.week <> w.week
       ) as regular_left
from leagues l
join league_weeks w
    on w.league_id = l.id
   and w.week = coalesce(:week, (select c.week from league_current_weeks c where c.league_id = l.id))
left join lateral (
    select min(x.kickoff) as first_kickoff, max(x.kickoff) as last_kickoff,
           bool_and(x.state_now in ('final', 'cancelled', 'postponed')) as is_over,
           count(*) filter (where x.state_now not in ('final', 'cancelled', 'postponed')) as left_over
    from (
        select n.kickoff, game_state_at(n.state, n.kickoff, l.replay_at) as state_now
        from nfl_games n
        where n.season = l.season
          and n.season_type = 'REG'
          and n.week = w.week
    ) x
) g on true
where l.id = :league_id;
