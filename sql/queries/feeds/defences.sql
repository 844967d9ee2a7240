-- Makes the 32 team defences as players, with the ids Sleeper (its code of the club) and ESPN
-- (-16000 minus its number of the club) give them; for a sample season its own 32.
-- param is_sample boolean
-- result rows
-- access write
with fresh as (
    insert into players (full_name, first_name, last_name, search_name, position, source_position, nfl_team_code, is_sample)
    select t.name, nullif(trim(left(t.name, length(t.name) - length(t.nickname))), ''), t.nickname, lower(t.name), 'DEF', 'DEF', t.code, :is_sample
    from nfl_teams t
    where not exists (
        select 1
        from players p
        where p.position = 'DEF'
          and p.nfl_team_code = t.code
          and p.is_sample = :is_sample
    )
    order by t.code
    returning id, nfl_team_code
),
ids as (
    insert into player_ids (player_id, source, external_id)
    select f.id, i.source, i.external_id
    from fresh f
    join nfl_teams t on t.code = f.nfl_team_code
    cross join lateral (
        values
            ('sleeper', case t.code when 'LA' then 'LAR' else t.code end, false),
            ('espn', (-16000 - t.espn_id)::text, false),
            ('sample', 'DEF-' || t.code, true)
    ) as i (source, external_id, is_sample)
    where i.is_sample = :is_sample
    returning player_id
)
select 'new' as outcome, null as reason, count(*) as rows, null as example
from fresh
union all
select 'unchanged', null, 32 - count(*), null
from fresh;
