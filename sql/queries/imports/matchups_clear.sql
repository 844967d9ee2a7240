-- Takes the sides of a league's matchups away, and the matchups that the platform tells of no more.
-- param league_id bigint
-- param ids bigint[]
-- result none
-- access write
with sides as (
    delete from matchup_sides
    where league_id = :league_id
)
delete from matchups
where league_id = :league_id
  and not (id = any(:ids));
