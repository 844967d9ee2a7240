-- Who runs the teams of an imported league, as the platform tells it; who took a team over here keeps it.
-- param league_id bigint
-- param rows json
-- param at timestamptz
-- result none
-- access write
with told as (
    select r.team_id, r.user_id, r.is_primary
    from json_to_recordset(:rows) as r (team_id bigint, user_id bigint, is_primary boolean)
), gone as (
    delete from team_owners o
    using users u
    where o.league_id = :league_id
      and u.id = o.user_id
      and u.state = 'placeholder'
      and (o.team_id, o.user_id) not in (select t.team_id, t.user_id from told t)
    returning o.team_id, o.user_id, o.is_primary
)
insert into team_owners (league_id, team_id, user_id, is_primary, since)
select :league_id, t.team_id, t.user_id,
       t.is_primary and not exists (
           select
           from team_owners o
           where o.league_id = :league_id
             and o.team_id = t.team_id
             and o.is_primary
             and (o.team_id, o.user_id) not in (select g.team_id, g.user_id from gone g)
       ),
       :at
from told t
where not exists (
    select
    from team_owners o
    where o.league_id = :league_id
      and o.user_id = t.user_id
      and (o.team_id, o.user_id) not in (select g.team_id, g.user_id from gone g)
);
