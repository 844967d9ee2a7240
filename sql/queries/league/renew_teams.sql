-- Copies members, teams and who runs them. Claims go by reverse standings: last in the table is first.
-- param league_id bigint
-- param previous_league_id bigint
-- param at timestamptz
-- result rows
-- access write
with people as (
    insert into league_members (league_id, user_id, role, display_name, joined_at)
    select :league_id, m.user_id, m.role, m.display_name, :at
    from league_members m
    where m.league_id = :previous_league_id
      and m.state = 'active'
), added as (
    insert into teams (
        league_id, ordinal, name, abbreviation, logo_key, motto, division, previous_team_id, waiver_rank, faab_balance, created_at
    )
    select :league_id, t.ordinal, t.name, t.abbreviation, t.logo_key, t.motto, t.division, t.id,
           row_number() over (order by s.rank desc nulls last, t.ordinal), l.faab_budget, :at
    from teams t
    join leagues l
        on l.id = t.league_id
    left join league_standings s
        on s.league_id = t.league_id and s.team_id = t.id
    where t.league_id = :previous_league_id
    order by t.ordinal
    returning id, ordinal, name, previous_team_id
), managers as (
    insert into team_owners (league_id, team_id, user_id, is_primary, since)
    select :league_id, a.id, o.user_id, o.is_primary, :at
    from added a
    join team_owners o
        on o.league_id = :previous_league_id and o.team_id = a.previous_team_id
    join league_members m
        on m.league_id = o.league_id and m.user_id = o.user_id
    where m.state = 'active'
)
select a.id, a.name, a.previous_team_id
from added a
order by a.ordinal;
