-- Stores the clubs' names as a source gives them. Old codes of clubs that moved are passed over.
-- param rows json
-- result rows
-- access write
with incoming as (
    select r.code, r.name, r.nickname, r.conference, r.division
    from json_to_recordset(:rows) as r (code text, name text, nickname text, conference text, division text)
),
changed as (
    update nfl_teams t
    set name = i.name,
        nickname = i.nickname,
        conference = i.conference,
        division = i.division
    from incoming i
    where i.code = t.code
      and (t.name, t.nickname, t.conference, t.division) is distinct from (i.name, i.nickname, i.conference, i.division)
    returning t.code
),
strangers as (
    select i.code
    from incoming i
    left join nfl_team_aliases a on a.alias = i.code
    where a.alias is null
)
select 'changed' as outcome, null as reason, count(*) as rows, null as example
from changed
union all
select 'unchanged', null, (select count(*) from incoming) - (select count(*) from changed) - (select count(*) from strangers), null
union all
select 'rejected', 'is not one of the 32 clubs', count(*), min(s.code)
from strangers s;
