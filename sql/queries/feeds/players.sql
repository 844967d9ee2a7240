-- Stores players and their ids. The gsis id is the anchor; a row without one, or a player without one,
-- is found by Sleeper or ESPN id. Names never decide. A row that does not say a thing leaves it as it is.
-- param season smallint
-- param is_sample boolean
-- param rows json
-- result rows
-- access write
with incoming as (
    select row_number() over () as n, r.full_name, r.search_name, r.first_name, r.last_name, r.position, r.source_position,
           r.team, r.says_club, r.birth_date, r.college, r.height, r.weight, r.jersey, r.rookie_season,
           r.draft_season, r.draft_round, r.draft_overall, r.ids,
           r.ids ->> 'gsis' as gsis, r.ids ->> 'sleeper' as sleeper, r.ids ->> 'espn' as espn, r.ids ->> 'sample' as sample
    from json_to_recordset(:rows) as r (
        full_name text, search_name text, first_name text, last_name text, position text, source_position text,
        team text, says_club boolean, birth_date date, college text, height smallint, weight smallint, jersey smallint,
        rookie_season smallint, draft_season smallint, draft_round smallint, draft_overall smallint, ids json
    )
),
found as (
    select i.n, coalesce(g.player_id, m.player_id, s.player_id, e.player_id) as player_id
    from incoming i
    left join player_ids g on g.source = 'gsis' and g.external_id = i.gsis
    left join player_ids m on m.source = 'sample' and m.external_id = i.sample
    left join player_ids s on s.source = 'sleeper'
        and s.external_id = i.sleeper
        and (i.gsis is null or not exists (select 1 from player_ids x where x.player_id = s.player_id and x.source = 'gsis'))
    left join player_ids e on e.source = 'espn'
        and e.external_id = i.espn
        and (i.gsis is null or not exists (select 1 from player_ids x where x.player_id = e.player_id and x.source = 'gsis'))
),
ranked as (
    select f.n, f.player_id, row_number() over (partition by f.player_id order by f.n) as turn
    from found f
),
numbered as materialized (
    select r.n, coalesce(r.player_id, nextval(pg_get_serial_sequence('players', 'id'))) as player_id, r.player_id is null as is_new
    from ranked r
    where r.player_id is null
       or r.turn = 1
),
facts as (
    select u.player_id, u.is_new, i.full_name, i.search_name, i.first_name, i.last_name, i.position, i.source_position,
           a.nfl_team_code, i.says_club, i.birth_date, i.college, i.height, i.weight, i.jersey, i.rookie_season,
           i.draft_season, i.draft_round, i.draft_overall, i.ids,
           i.says_club or :season >= coalesce((select max(s.year) from seasons s where not s.is_sample), 0) as is_current
    from numbered u
    join incoming i on i.n = u.n
    left join nfl_team_aliases a on a.alias = i.team
),
wanted as (
    select f.player_id as id, f.is_new,
           case when f.is_current or f.is_new then f.full_name else p.full_name end as full_name,
           case when f.is_current or f.is_new then f.search_name else p.search_name end as search_name,
           coalesce(f.first_name, p.first_name) as first_name,
           coalesce(f.last_name, p.last_name) as last_name,
           case when f.position = 'UNK' then coalesce(p.position, 'UNK') else f.position end as position,
           case when f.position = 'UNK' then coalesce(p.source_position, f.source_position) else f.source_position end as source_position,
           case
               when f.says_club or f.is_new then f.nfl_team_code
               when f.is_current then coalesce(f.nfl_team_code, p.nfl_team_code)
               else p.nfl_team_code
           end as nfl_team_code,
           f.says_club, p.status as old_status, coalesce(p.extra_positions, '{}') as extra_positions,
           coalesce(f.jersey, p.jersey) as jersey, coalesce(f.birth_date, p.birth_date) as birth_date,
           coalesce(f.height, p.height_inches) as height_inches, coalesce(f.weight, p.weight_pounds) as weight_pounds,
           coalesce(f.college, p.college) as college, coalesce(f.rookie_season, p.rookie_season) as rookie_season,
           coalesce(f.draft_season, p.draft_season) as draft_season, coalesce(f.draft_round, p.draft_round) as draft_round,
           coalesce(f.draft_overall, p.draft_overall) as draft_overall,
           p.full_name as old_full_name, p.first_name as old_first_name, p.last_name as old_last_name, p.position as old_position,
           p.source_position as old_source_position, p.nfl_team_code as old_nfl_team_code, p.jersey as old_jersey,
           p.birth_date as old_birth_date, p.height_inches as old_height_inches, p.weight_pounds as old_weight_pounds,
           p.college as old_college, p.rookie_season as old_rookie_season, p.draft_season as old_draft_season,
           p.draft_round as old_draft_round, p.draft_overall as old_draft_overall
    from facts f
    left join players p on p.id = f.player_id
),
stored as (
    insert into players (
        id, full_name, first_name, last_name, search_name, position, extra_positions, source_position, nfl_team_code, status,
        jersey, birth_date, height_inches, weight_pounds, college, rookie_season, draft_season, draft_round, draft_overall, is_sample
    )
    overriding system value
    select w.id, w.full_name, w.first_name, w.last_name, w.search_name, w.position, array_remove(w.extra_positions, w.position),
           w.source_position, w.nfl_team_code,
           case
               when w.old_status not in ('active', 'free_agent', 'unknown') then w.old_status
               when w.nfl_team_code is not null then 'active'
               when w.says_club then 'free_agent'
               else coalesce(w.old_status, 'unknown')
           end,
           w.jersey, w.birth_date, w.height_inches, w.weight_pounds, w.college, w.rookie_season, w.draft_season, w.draft_round,
           w.draft_overall, :is_sample
    from wanted w
    where w.is_new
       or (w.full_name, w.first_name, w.last_name, w.position, w.source_position, w.nfl_team_code, w.jersey, w.birth_date,
           w.height_inches, w.weight_pounds, w.college, w.rookie_season, w.draft_season, w.draft_round, w.draft_overall)
          is distinct from
          (w.old_full_name, w.old_first_name, w.old_last_name, w.old_position, w.old_source_position, w.old_nfl_team_code,
           w.old_jersey, w.old_birth_date, w.old_height_inches, w.old_weight_pounds, w.old_college, w.old_rookie_season,
           w.old_draft_season, w.old_draft_round, w.old_draft_overall)
    on conflict (id) do update
    set full_name = excluded.full_name,
        first_name = excluded.first_name,
        last_name = excluded.last_name,
        search_name = excluded.search_name,
        position = excluded.position,
        extra_positions = excluded.extra_positions,
        source_position = excluded.source_position,
        nfl_team_code = excluded.nfl_team_code,
        status = excluded.status,
        jersey = excluded.jersey,
        birth_date = excluded.birth_date,
        height_inches = excluded.height_inches,
        weight_pounds = excluded.weight_pounds,
        college = excluded.college,
        rookie_season = excluded.rookie_season,
        draft_season = excluded.draft_season,
        draft_round = excluded.draft_round,
        draft_overall = excluded.draft_overall,
        updated_at = now()
    returning xmax = 0 as is_new
),
ids as materialized (
    select f.player_id, f.full_name, j.key as source, j.value as external_id
    from facts f
    cross join lateral json_each_text(f.ids) as j (key, value)
),
claims as (
    select i.player_id, i.full_name, i.source, i.external_id, o.player_id as owner_id
    from ids i
    left join player_ids o on o.source = i.source and o.external_id = i.external_id
),
stored_ids as (
    insert into player_ids (player_id, source, external_id)
    select c.player_id, c.source, c.external_id
    from claims c
    where c.owner_id is null
    on conflict (player_id, source) do update
    set external_id = excluded.external_id
    returning xmax = 0 as is_new
)
select 'players' as kind, 'new' as outcome, null as reason, count(*) as rows, null as example
from stored s
where s.is_new
union all
select 'players', 'changed', null, count(*), null
from stored s
where not s.is_new
union all
select 'players', 'unchanged', null, (select count(*) from numbered) - (select count(*) from stored), null
union all
select 'players', 'rejected', 'two rows have ids of one stored player', count(*), min(i.full_name)
from ranked r
join incoming i on i.n = r.n
where r.player_id is not null
  and r.turn > 1
union all
select 'ids', 'new', null, count(*), null
from stored_ids s
where s.is_new
union all
select 'ids', 'changed', null, count(*), null
from stored_ids s
where not s.is_new
union all
select 'ids', 'unchanged', null, count(*), null
from claims c
where c.owner_id = c.player_id
union all
select 'ids', 'rejected', 'belongs to somebody else', count(*), min(c.source || ' ' || c.external_id || ' of ' || c.full_name)
from claims c
where c.owner_id <> c.player_id;
