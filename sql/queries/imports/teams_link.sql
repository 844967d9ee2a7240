-- The same franchise in the season before: the team of the same first manager, else the one with the platform's same id.
-- param league_id bigint
-- param previous_league_id bigint
-- result none
-- access write
with candidates as (
    select t.id, b.id as previous_id, 1 as strength
    from team_owners o
    join teams t
        on t.league_id = o.league_id and t.id = o.team_id
    join team_owners p
        on p.league_id = :previous_league_id and p.user_id = o.user_id and p.is_primary
    join teams b
        on b.league_id = p.league_id and b.id = p.team_id
    where o.league_id = :league_id
      and o.is_primary
    union all
    select t.id, b.id, 2
    from teams t
    join teams b
        on b.league_id = :previous_league_id and b.source_team_id = t.source_team_id
    where t.league_id = :league_id
), first as (
    select c.id, c.previous_id
    from candidates c
    where c.strength = 1
), chosen as (
    select f.id, f.previous_id
    from first f
    union all
    select c.id, c.previous_id
    from candidates c
    where c.strength = 2
      and c.id not in (select f.id from first f)
      and c.previous_id not in (select f.previous_id from first f)
)
update teams t
set previous_team_id = c.previous_id
from chosen c
where t.league_id = :league_id
  and t.id = c.id
  and t.previous_team_id is distinct from c.previous_id;
