-- The matchups of a week: {leagueId, week, weekState, matchups}. No week given: the current one.
-- param league_id bigint
-- param week smallint nullable
-- result json
-- access read
select json_build_object(
    'leagueId', w.league_id,
    'week', w.week,
    'weekState', w.state,
    'matchups', (
        select coalesce(json_agg(m.document order by array_position(array['winners', 'consolation', 'none'], m.bracket), m.position, m.id), '[]')
        from matchup_documents m
        where m.league_id = w.league_id
          and m.week = w.first_week
    )
)
from league_weeks w
where w.league_id = :league_id
  and w.week = coalesce(:week, (select c.week from league_current_weeks c where c.league_id = :league_id));
