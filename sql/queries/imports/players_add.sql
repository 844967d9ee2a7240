-- Makes players that only a platform knows, with its ids. A club's defence is one player, whoever tells of it.
-- param platform text
-- param rows json
-- result rows
-- access write
with told as (
    select r.n, r.source_id, r.name, r.search_name, r.position, a.nfl_team_code,
           row_number() over (partition by r.position, a.nfl_team_code order by r.n) as turn
    from json_to_recordset(:rows) as r (
        n integer, source_id text, name text, search_name text, position text, nfl_team text
    )
    left join nfl_team_aliases a
        on a.alias = r.nfl_team
), known as (
    select t.n, t.source_id, t.name, t.search_name, t.nfl_team_code, d.id as defence_id,
           case when t.position = 'DEF' and (t.nfl_team_code is null or t.turn > 1 or i.player_id is not null) then 'UNK' else t.position end as position,
           t.turn = 1 and i.player_id is null as is_free
    from told t
    left join players d
        on t.position = 'DEF' and d.position = 'DEF' and d.nfl_team_code = t.nfl_team_code and not d.is_sample
    left join player_ids i
        on i.player_id = d.id and i.source = :platform
), numbered as materialized (
    select k.n, k.source_id, k.name, k.search_name, k.position, k.nfl_team_code,
           k.defence_id is not null and k.is_free as is_known,
           case when k.defence_id is not null and k.is_free then k.defence_id else nextval(pg_get_serial_sequence('players', 'id')) end as player_id
    from known k
), added as (
    insert into players (id, full_name, search_name, position, source_position, nfl_team_code, status)
    overriding system value
    select m.player_id, m.name, m.search_name, m.position, nullif(m.position, 'UNK'), m.nfl_team_code,
           case when m.nfl_team_code is null then 'unknown' else 'active' end
    from numbered m
    where not m.is_known
    returning id
), linked as (
    insert into player_ids (player_id, source, external_id)
    select m.player_id, :platform, m.source_id
    from numbered m
    returning player_id
)
select m.n, m.player_id, m.is_known
from numbered m
order by m.n;
