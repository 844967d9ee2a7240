-- Ranks the players of a league's season by what they scored the season before, once per season and format: points above the last starter of the position, counting 12 quarterbacks, tight ends, kickers and defences and 36 backs and receivers as starters (the product's replacement levels).
-- param league_id bigint
-- result none
-- access write
with league as (
    select l.season, l.scoring_profile_id,
           case
               when exists (select from roster_slots s where s.league_id = l.id and s.slot = 'SUPER_FLEX' and s.count > 0)
                   then 'superflex'
               else coalesce(c.preset, 'ppr')
           end as format
    from leagues l
    join scoring_profiles c
        on c.id = l.scoring_profile_id
    where l.id = :league_id
), scored as (
    select w.player_id, p.position, sum(v.points) as points
    from league l
    join player_week_stats w
        on w.season = l.season - 1 and w.season_type = 'REG'
    join players p
        on p.id = w.player_id
    cross join lateral (
        select sum(case
                   when r.kind = 'per_unit' then r.weight * coalesce((w.stats ->> r.stat_key)::numeric, 0)
                   when coalesce((w.stats ->> r.stat_key)::numeric, 0) >= coalesce(r.band_from, '-Infinity')
                       and coalesce((w.stats ->> r.stat_key)::numeric, 0) < coalesce(r.band_to, 'Infinity') then r.weight
                   end) as points
        from scoring_rules r
        where r.profile_id = l.scoring_profile_id
          and (r.positions = '{}' or p.position = any(r.positions))
    ) v
    where not exists (
        select
        from player_rankings k
        where k.season = l.season and k.week = 0 and k.source = 'astralfield' and k.format = l.format
    )
    group by w.player_id, p.position
), placed as (
    select s.player_id, s.position, s.points,
           row_number() over (partition by s.position order by s.points desc, s.player_id) as place
    from scored s
), replacement as (
    select p.position, p.points
    from placed p
    where p.place = case when p.position in ('QB', 'TE', 'K', 'DEF') then 12 else 36 end
)
insert into player_rankings (season, week, source, format, player_id, rank)
select l.season, 0, 'astralfield', l.format, p.player_id,
       row_number() over (order by p.points - coalesce(r.points, 0) desc, p.player_id)
from league l
cross join placed p
left join replacement r
    on r.position = p.position
on conflict (season, week, source, format, player_id) do nothing;
