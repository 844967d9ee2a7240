-- Everything that migrations make, one line each: two schemas with the same lines are the same.
-- result rows
-- access read
select f.fact
from (
    select format('column %s.%s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
        a.attidentity, pg_get_expr(d.adbin, d.adrelid)) as fact
    from pg_class c
    join pg_attribute a
        on a.attrelid = c.oid
    left join pg_attrdef d
        on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace
      and c.relkind in ('r', 'p', 'v', 'm')
      and a.attnum > 0
      and not a.attisdropped
    union all
    select format('constraint %s %s', c.conrelid::regclass, pg_get_constraintdef(c.oid) || ' ' || c.conname)
    from pg_constraint c
    where c.connamespace = 'public'::regnamespace
    union all
    select format('index %s', pg_get_indexdef(i.indexrelid))
    from pg_index i
    join pg_class c
        on c.oid = i.indexrelid
    where c.relnamespace = 'public'::regnamespace
    union all
    select format('function %s', pg_get_functiondef(p.oid))
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and p.prokind <> 'a'
    union all
    select format('aggregate %s %s', p.oid::regprocedure, p.prorettype::regtype)
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and p.prokind = 'a'
    union all
    select format('trigger %s', pg_get_triggerdef(t.oid))
    from pg_trigger t
    where not t.tgisinternal
    union all
    select format('view %s %s', c.relname, pg_get_viewdef(c.oid))
    from pg_class c
    where c.relnamespace = 'public'::regnamespace
      and c.relkind in ('v', 'm')
    union all
    select format('comment %s %s', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description)
    from pg_description d
    join pg_class c
        on c.oid = d.objoid
    where c.relnamespace = 'public'::regnamespace
) f
order by f.fact;
