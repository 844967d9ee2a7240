-- Notes measured values, {"backup_last_at": 1757250000}; null: it cannot be measured now, so the name goes.
-- param facts jsonb
-- result none
-- access write
with gone as (
    delete from ops_facts o
    using jsonb_each(:facts) f
    where o.name = f.key
      and jsonb_typeof(f.value) = 'null'
)
insert into ops_facts as o (name, value, at)
select f.key, f.value::bigint, clock_timestamp()
from jsonb_each(:facts) f
where jsonb_typeof(f.value) = 'number'
on conflict on constraint ops_facts_pk do update
set value = excluded.value, at = excluded.at;
