-- Stores average draft positions of a season: by sample id, or by name key and position when that names
-- one player only, his club of that season deciding among several; team defences by club.
-- param season smallint
-- param is_sample boolean
-- param source text
-- param format text
-- param rows json
-- result rows
-- access write
with incoming as (
    select row_number() over () as n, r.sample, r.name, r.key, r.position, a.nfl_team_code, r.adp, r.stdev
    from json_to_recordset(:rows) as r (sample text, name text, key text, position text, team text, adp numeric, stdev numeric)
    left join nfl_team_aliases a on a.alias = r.team
),
named as (
    select p.id, p.position, p.nfl_team_code,
           replace(regexp_replace(p.search_name, ' (jr|sr|ii|iii|iv|v)$', ''), ' ', '') as key
    from players p
    where p.is_sample = :is_sample
),
candidates as (
    select i.n, m.id,
           case
               when exists (
                   select 1
                   from player_week_stats w
                   where w.player_id = m.id
                     and w.season = :season
                     and w.nfl_team_code = i.nfl_team_code
               ) then 1
               when m.nfl_team_code = i.nfl_team_code then 2
               else 3
           end as closeness
    from incoming i
    join named m on m.position = i.position
        and (m.key = i.key or (m.position = 'DEF' and m.nfl_team_code = i.nfl_team_code))
),
closest as (
    select c.n, c.id, count(*) over (partition by c.n) as rivals
    from (
        select d.n, d.id, rank() over (partition by d.n order by d.closeness) as place
        from candidates d
    ) c
    where c.place = 1
),
placed as (
    select i.n, i.name, i.position, i.adp, i.stdev, coalesce(x.player_id, c.id) as player_id
    from incoming i
    left join player_ids x on :is_sample and x.source = 'sample' and x.external_id = i.sample
    left join closest c on c.n = i.n and c.rivals = 1
),
ranked as (
    select p.n, p.name, p.position, p.adp, p.stdev, p.player_id,
           row_number() over (partition by p.player_id order by p.adp, p.n) as turn
    from placed p
),
stored as (
    insert into player_rankings as t (season, week, source, format, player_id, adp, adp_stdev)
    select :season, 0, :source, :format, r.player_id, r.adp, r.stdev
    from ranked r
    where r.player_id is not null
      and r.turn = 1
    on conflict (season, week, source, format, player_id) do update
    set adp = excluded.adp,
        adp_stdev = excluded.adp_stdev,
        updated_at = now()
    where (t.adp, t.adp_stdev) is distinct from (excluded.adp, excluded.adp_stdev)
    returning xmax = 0 as is_new
)
select 'new' as outcome, null as reason, count(*) as rows, null as example
from stored s
where s.is_new
union all
select 'changed', null, count(*), null
from stored s
where not s.is_new
union all
select 'unchanged', null,
       (select count(*) from ranked r where r.player_id is not null and r.turn = 1) - (select count(*) from stored), null
union all
select 'rejected', 'fits no player, or several', count(*), min(r.name || ' ' || r.position)
from ranked r
where r.player_id is null
union all
select 'rejected', 'a second row for one player', count(*), min(r.name || ' ' || r.position)
from ranked r
where r.player_id is not null
  and r.turn > 1;
