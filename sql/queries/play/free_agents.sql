-- The free agents of a league who are expected to score most in a week, some of each position: no hold, no game begun.
-- param league_id bigint
-- param week smallint
-- param per_position integer
-- result rows
-- access read
with best as materialized (
    select x.player_id, x.position, x.extra_positions, x.projected, x.now_at, (
        select g.kickoff
        from player_week_games g
        where g.season = x.season and g.week = :week and g.player_id = x.player_id
    ) as kickoff
    from (
        select j.player_id, p.position, array_to_string(p.extra_positions, ' ') as extra_positions, j.points as projected,
               l.season, coalesce(l.replay_at, now()) as now_at,
               row_number() over (partition by p.position order by j.points desc, j.player_id) as place
        from leagues l
        join player_week_projections j
            on j.profile_id = l.scoring_profile_id and j.season = l.season and j.week = :week
        join players p
            on p.id = j.player_id
        where l.id = :league_id
          and p.is_sample = l.is_sample
          and not exists (select from roster_entries r where r.league_id = l.id and r.player_id = j.player_id)
          and not exists (
              select
              from waiver_holds h
              where h.league_id = l.id and h.player_id = j.player_id and h.until > coalesce(l.replay_at, now())
          )
    ) x
    where x.place <= :per_position
)
select b.player_id, b.position, b.extra_positions, b.projected
from best b
where b.kickoff > b.now_at
order by b.projected desc, b.player_id;
