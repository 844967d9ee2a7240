-- Takes the lineups and scores of a week away before they are stored anew.
-- param league_id bigint
-- param week smallint
-- result none
-- access write
with scores as (
    delete from team_week_scores
    where league_id = :league_id
      and week = :week
)
delete from lineup_slots
where league_id = :league_id
  and week = :week;
