-- What a damaged or half-restored database shows: constraints that were never checked, indexes that cannot be
-- used, triggers that are switched off.
-- result rows
-- access read
select 'constraint' as check_name, k.conrelid::regclass || '.' || k.conname as what, 'checked on every row' as expected, 'not valid' as found
from pg_constraint k
join pg_class c
    on c.oid = k.conrelid
join pg_namespace n
    on n.oid = c.relnamespace
   and n.nspname = 'public'
where not k.convalidated
union all
select 'index', i.indexrelid::regclass::text, 'valid and ready', 'unusable'
from pg_index i
join pg_class c
    on c.oid = i.indrelid
join pg_namespace n
    on n.oid = c.relnamespace
   and n.nspname = 'public'
where not (i.indisvalid and i.indisready)
union all
select 'trigger', t.tgrelid::regclass || '.' || t.tgname, 'enabled', 'disabled'
from pg_trigger t
join pg_class c
    on c.oid = t.tgrelid
join pg_namespace n
    on n.oid = c.relnamespace
   and n.nspname = 'public'
where t.tgenabled = 'D'
order by 1, 2;
