-- The best free players of each position and those somebody has lined up, ranked by average draft position, then by the season before, then by id. The format of the ranking is the league's, else PPR, else any.
-- param league_id bigint
-- param draft_id bigint
-- param positions text[]
-- param per_position bigint
-- result rows
-- access read
with league as (
    select l.id, l.season, l.is_sample,
           case
               when exists (select from roster_slots s where s.league_id = l.id and s.slot = 'SUPER_FLEX' and s.count > 0)
                   then 'superflex'
               else coalesce(c.preset, 'ppr')
           end as format
    from leagues l
    join scoring_profiles c
        on c.id = l.scoring_profile_id
    where l.id = :league_id
), chosen as (
    select r.format
    from player_rankings r
    join league l
        on l.season = r.season
    where r.week = 0
      and r.adp is not null
    group by r.format, l.format
    order by case r.format when l.format then 0 when 'ppr' then 1 else 2 end, r.format
    limit 1
), drafted_at as (
    select r.player_id, avg(r.adp) as adp
    from player_rankings r
    join league l
        on l.season = r.season
    join chosen c
        on c.format = r.format
    where r.week = 0
      and r.adp is not null
    group by r.player_id
), last_season as (
    select r.player_id, r.rank
    from player_rankings r
    join league l
        on l.season = r.season and l.format = r.format
    where r.week = 0
      and r.source = 'astralfield'
), ranked as (
    select p.id, p.full_name, p.position, p.extra_positions,
           row_number() over (order by a.adp nulls last, s.rank nulls last, p.id) as rank
    from players p
    join league l
        on l.is_sample = p.is_sample
    left join drafted_at a
        on a.player_id = p.id
    left join last_season s
        on s.player_id = p.id
    where p.position = any(:positions)
      and (a.adp is not null or s.rank is not null or p.nfl_team_code is not null)
      and not exists (
          select from draft_picks k where k.league_id = l.id and k.draft_id = :draft_id and k.player_id = p.id
      )
      and not exists (select from roster_entries r where r.league_id = l.id and r.player_id = p.id)
), placed as (
    select r.id, r.full_name, r.position, r.extra_positions, r.rank,
           row_number() over (partition by r.position order by r.rank) as place
    from ranked r
)
select b.id, b.full_name, b.position, array_to_string(b.extra_positions, ',') as extra_positions, b.rank
from placed b
where b.place <= :per_position
   or exists (select from draft_queues q where q.league_id = :league_id and q.player_id = b.id)
order by b.rank
limit 16384;
