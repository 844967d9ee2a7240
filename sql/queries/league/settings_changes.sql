-- What is different from an earlier settings document: {setting: {from, to}}.
-- param league_id bigint
-- param before jsonb
-- result row
-- access read
select count(*) > 0 as has_changed,
       coalesce(jsonb_object_agg(key, jsonb_build_object('from', b.value, 'to', a.value)), '{}')::text as changes
from jsonb_each((select league_settings(l) from leagues l where l.id = :league_id)) as a (key, value)
full join jsonb_each(:before) as b (key, value)
    using (key)
where a.value is distinct from b.value;
