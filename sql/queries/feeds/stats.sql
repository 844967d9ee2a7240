-- Stores weekly lines of players (by gsis id) or of team defences (rows without one, by club). Keys the
-- source has no column for keep their value. A line that changes is an event, old and new: a correction
-- when its game was over.
-- param season smallint
-- param is_sample boolean
-- param keys text[]
-- param source text
-- param rows json
-- result rows
-- access write
with incoming as (
    select r.gsis, r.season_type, r.week, r.team, r.opponent, r.stats
    from json_to_recordset(:rows) as r (gsis text, season_type text, week smallint, team text, opponent text, stats jsonb)
),
known as (
    select i.gsis, i.season_type, i.week, i.team, i.stats, i.opponent as given_opponent, a.nfl_team_code,
           o.nfl_team_code as opponent_code, coalesce(p.player_id, d.id) as player_id
    from incoming i
    left join nfl_team_aliases a on a.alias = i.team
    left join nfl_team_aliases o on o.alias = i.opponent
    left join player_ids p on p.source = case when :is_sample then 'sample' else 'gsis' end and p.external_id = i.gsis
    left join players d on i.gsis is null
        and d.position = 'DEF'
        and d.nfl_team_code = a.nfl_team_code
        and d.is_sample = :is_sample
),
lines as (
    select k.season_type, k.week, k.player_id, k.nfl_team_code, k.opponent_code, g.game_id,
           coalesce(w.is_final, false) or coalesce(g.state = 'final', false) as is_final, w.stats as old_stats,
           coalesce(w.revision, 0) + 1 as revision,
           case when w.stats is null then k.stats else (w.stats - :keys) || k.stats end as stats,
           w.game_id as old_game_id, w.nfl_team_code as old_team_code, w.opponent_code as old_opponent_code, w.is_final as old_is_final
    from known k
    left join nfl_team_games g on g.season = :season
        and g.season_type = k.season_type
        and g.week = k.week
        and g.nfl_team_code = k.nfl_team_code
    left join player_week_stats w on w.season = :season
        and w.season_type = k.season_type
        and w.week = k.week
        and w.player_id = k.player_id
    where k.player_id is not null
      and k.nfl_team_code is not null
      and (k.given_opponent is null or k.opponent_code is not null)
),
stored as (
    insert into player_week_stats (
        season, season_type, week, player_id, game_id, nfl_team_code, opponent_code, stats, is_final, revision, source
    )
    select :season, l.season_type, l.week, l.player_id, l.game_id, l.nfl_team_code, l.opponent_code, l.stats, l.is_final, l.revision, :source
    from lines l
    where (l.stats, l.game_id, l.nfl_team_code, l.opponent_code, l.is_final)
          is distinct from (l.old_stats, l.old_game_id, l.old_team_code, l.old_opponent_code, l.old_is_final)
    on conflict (season, season_type, week, player_id) do update
    set game_id = excluded.game_id,
        nfl_team_code = excluded.nfl_team_code,
        opponent_code = excluded.opponent_code,
        stats = excluded.stats,
        is_final = excluded.is_final,
        revision = excluded.revision,
        source = excluded.source,
        updated_at = now()
    returning xmax = 0 as is_new
),
told as (
    select l.player_id, l.week, l.game_id, case when l.is_final then 'stat_correction' else 'stat_line' end as kind,
           jsonb_build_object('seasonType', l.season_type, 'revision', l.revision, 'old', l.old_stats, 'new', l.stats) as payload,
           row_number() over (order by l.week, l.player_id) as n
    from lines l
    where l.old_stats <> l.stats
),
taken as (
    update streams s
    set seq = s.seq + t.rows
    from (select count(*) as rows from told) t
    where s.name = 'nfl'
      and t.rows > 0
    returning s.seq - t.rows as base
),
events as (
    insert into nfl_events (seq, kind, season, week, player_id, game_id, payload)
    select k.base + t.n, t.kind, :season, t.week, t.player_id, t.game_id, t.payload
    from told t
    cross join taken k
)
select 'new' as outcome, null as reason, count(*) as rows, null as example
from stored s
where s.is_new
union all
select 'changed', null, count(*), null
from stored s
where not s.is_new
union all
select 'unchanged', null, (select count(*) from lines) - (select count(*) from stored), null
union all
select 'rejected', 'names a club that is not one of the 32', count(*), min(k.team || ' ' || coalesce(k.given_opponent, ''))
from known k
where k.nfl_team_code is null
   or (k.given_opponent is not null and k.opponent_code is null)
union all
select 'rejected', 'is of a player who is not stored', count(*), min(k.gsis)
from known k
where k.player_id is null
  and k.nfl_team_code is not null
  and (k.given_opponent is null or k.opponent_code is not null);
