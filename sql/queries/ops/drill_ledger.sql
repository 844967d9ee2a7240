-- Names that clients were told are stored, against the ledger: how many are missing, how many are there twice.
-- param names jsonb
-- result row
-- access read
with told as (
    select t.name
    from jsonb_array_elements_text(:names) as t (name)
), found as (
    select e.payload ->> 'to' as name, count(*) as times
    from league_events e
    where e.kind = 'league.renamed'
    group by 1
)
select (select count(*) from told) as told, count(*) filter (where f.name is null) as missing,
       (select count(*) from found x where x.times > 1) as twice
from told t
left join found f
    on f.name = t.name;
