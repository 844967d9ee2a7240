-- What a server asks before it takes requests: a read through its own connection of a table of ours.
-- result row
-- access read
select max(m.version) as level,
    (
        select coalesce(c.value ->> 'value', c.value #>> '{}') in ('true', '1', 'on')
        from ops_controls c
        where c.kind = 'flag'
          and c.key = 'HOTFIX_MODE'
          and coalesce(c.expires_at > now(), true)
    ) as is_hotfix
from schema_migrations m;
