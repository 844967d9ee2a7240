-- Ranks the players of a league's season by what they scored the season before, once per season and format: points above the last starter of the position, counting 12 quarterbacks, tight ends, kickers and defences and 36 backs and receivers as starters (the product's replacement levels).
-- param league_id bigint
-- result none
-- access write
with league as materialized (
    select f.season, f.scoring_profile_id, f.format
    from (
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
    ) f
    where not exists (
        select
        from player_rankings k
        where k.season = f.season and k.week = 0 and k.source = 'astralfield' and k.format = f.format
    )
), totals as materialized (
    select w.player_id, s.key, sum(s.value::numeric) as value
    from league l
    join player_week_stats w
        on w.season = l.season - 1 and w.season_type = 'REG'
    cross join lateral jsonb_each_text(w.stats) as s (key, value)
    group by w.player_id, s.key
), paid as (
    select t.player_id, r.weight * t.value as points
    from league l
    join scoring_rules r
        on r.profile_id = l.scoring_profile_id and r.kind = 'per_unit'
    join totals t
        on t.key = r.stat_key
    join players p
        on p.id = t.player_id
    where r.positions = '{}'
       or p.position = any(r.positions)
    union all
    select w.player_id, r.weight
    from league l
    join scoring_rules r
        on r.profile_id = l.scoring_profile_id and r.kind = 'band'
    join players p
        on r.positions = '{}' or p.position = any(r.positions)
    join player_week_stats w
        on w.season = l.season - 1 and w.season_type = 'REG' and w.player_id = p.id
    where coalesce((w.stats ->> r.stat_key)::numeric, 0) >= coalesce(r.band_from, '-Infinity')
      and coalesce((w.stats ->> r.stat_key)::numeric, 0) < coalesce(r.band_to, 'Infinity')
), placed as (
    select s.player_id, p.position, s.points,
           row_number() over (partition by p.position order by s.points desc, s.player_id) as place
    from (select d.player_id, sum(d.points) as points from paid d group by d.player_id) s
    join players p
        on p.id = s.player_id
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
