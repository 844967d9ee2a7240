-- Notes a deploy, a restart or a rollback and how it ended.
-- param at timestamptz
-- param kind text
-- param result text
-- param release text
-- param from_release text nullable
-- param version text nullable
-- param commit text nullable
-- param schema_level integer nullable
-- param actor text
-- param node text
-- param milliseconds bigint nullable
-- param detail text nullable
-- result row
-- access write
insert into releases (at, kind, result, release, from_release, version, commit, schema_level, actor, node, seconds, detail)
values (
    :at, :kind, :result, :release, :from_release, :version, :commit, :schema_level, :actor, :node,
    :milliseconds::numeric / 1000, :detail
)
returning id;
