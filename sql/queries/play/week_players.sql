-- All players of a league's teams (or of one team) in a week that is not final: slot, lock, points so far and projection. A team without players has one row without a player.
-- param league_id bigint
-- param week smallint
-- param team_id bigint nullable
-- result rows
-- access read
with league as materialized (
    select l.id, l.season, l.scoring_profile_id, l.replay_at, (
        select max(d.id)
        from drafts d
        where d.league_id = l.id and d.state = 'complete'
    ) as draft_id
    from leagues l
    where l.id = :league_id
),
member as materialized (
    select r.team_id, r.player_id, r.placement, r.is_locked
    from roster_entries r
    where r.league_id = :league_id
      and (:team_id::bigint is null or r.team_id = :team_id)
),
latest as materialized (
    select x.team_id, max(x.week) as week
    from lineup_slots x
    where x.league_id = :league_id
      and x.week <= :week
      and (:team_id::bigint is null or x.team_id = :team_id)
    group by x.team_id
),
lineup as materialized (
    select s.team_id, s.slot, s.ordinal, s.player_id
    from latest x
    join lineup_slots s
        on s.league_id = :league_id and s.week = x.week and s.team_id = x.team_id
    where s.slot not in ('BN', 'IR', 'TAXI')
),
lines as materialized (
    select m.team_id, m.player_id, m.placement, m.is_locked, p.full_name, p.position, p.extra_positions, p.injury_status,
           case m.placement when 'active' then coalesce(x.slot, 'BN') when 'reserve' then 'IR' else 'TAXI' end as slot,
           case m.placement when 'active' then x.ordinal end as ordinal, g.kickoff,
           coalesce(d.overall, 10000) as drafted,
           case when is_scored_at(g.kickoff, l.replay_at) then coalesce(k.points, 0) end as points, j.points as projected
    from league l
    cross join member m
    join players p
        on p.id = m.player_id
    left join lineup x
        on x.player_id = m.player_id and x.team_id = m.team_id
    left join player_week_games g
        on g.season = l.season and g.week = :week and g.player_id = m.player_id
    left join player_week_points k
        on k.profile_id = l.scoring_profile_id and k.season = l.season and k.season_type = 'REG'
       and k.week = :week and k.player_id = m.player_id
    left join player_week_projections j
        on j.profile_id = l.scoring_profile_id and j.season = l.season and j.week = :week and j.player_id = m.player_id
    left join draft_picks d
        on d.league_id = l.id and d.draft_id = l.draft_id and d.player_id = m.player_id
),
tag as materialized (
    select lineup_tag(:league_id, :team_id, :week) as tag
    where :team_id::bigint is not null
),
by_hand as materialized (
    select distinct e.team_id
    from league_events e
    where e.league_id = :league_id
      and e.kind = 'lineup.set'
      and e.week = :week
      and e.actor_kind in ('user', 'commissioner')
)
select t.id as team_id, t.ordinal as team_ordinal, t.name as team_name, (select g.tag from tag g) as tag, x.slot,
       coalesce(x.ordinal, row_number() over (partition by t.id, x.slot order by x.drafted, x.player_id)) as ordinal,
       x.player_id, x.full_name, x.position, array_to_string(x.extra_positions, ' ') as extra_positions,
       case when l.replay_at is null then coalesce(nullif(x.injury_status, 'probable'), 'active') else 'active' end as status,
       x.placement, x.is_locked as is_held, x.kickoff, x.points, x.projected, x.drafted,
       t.id in (select h.team_id from by_hand h) as is_set_by_hand
from league l
join teams t
    on t.league_id = l.id
left join lines x
    on x.team_id = t.id
where :team_id::bigint is null
   or t.id = :team_id
order by t.ordinal, x.drafted, x.player_id;
