-- All players of a league's teams (or of one team) in a week: slot, lock, points so far and projection. A team without players has one row without a player.
-- param league_id bigint
-- param week smallint
-- param team_id bigint nullable
-- result rows
-- access read
select t.id as team_id, t.ordinal as team_ordinal, t.name as team_name, lineup_tag(t.league_id, t.id, :week) as tag,
       x.slot, x.ordinal, x.player_id, p.full_name, p.position, array_to_string(p.extra_positions, ' ') as extra_positions,
       case when l.replay_at is null then coalesce(nullif(p.injury_status, 'probable'), 'active') else 'active' end as status,
       coalesce(r.placement, 'active') as placement, coalesce(r.is_locked, false) as is_held, x.kickoff, x.points, x.projected,
       coalesce(d.overall, 10000) as drafted,
       (
           select round(avg(k.points), 2)
           from player_week_points k
           where k.profile_id = l.scoring_profile_id
             and k.player_id = x.player_id
             and k.season_type = 'REG'
             and ((k.season = l.season and k.week < :week) or (k.season = l.season - 1 and :week <= 3))
       ) as average,
       exists (
           select
           from league_events e
           where e.league_id = t.league_id
             and e.team_id = t.id
             and e.kind = 'lineup.set'
             and e.week = :week
             and e.actor_kind in ('user', 'commissioner')
       ) as is_set_by_hand
from leagues l
join teams t
    on t.league_id = l.id
left join lateral team_lines(t.league_id, t.id, :week) x on true
left join players p
    on p.id = x.player_id
left join roster_entries r
    on r.league_id = t.league_id and r.player_id = x.player_id and r.team_id = t.id
left join lateral (
    select min(k.overall) as overall
    from draft_picks k
    where k.league_id = l.id and k.season = l.season and k.player_id = x.player_id
) d on true
where l.id = :league_id
  and (:team_id::bigint is null or t.id = :team_id)
order by t.ordinal, drafted, x.player_id;
