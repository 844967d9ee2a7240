-- Releases: what was deployed here, by whom and how it went; which migrations only add.

alter table schema_migrations add column kind text not null default 'expand';
alter table schema_migrations add constraint schema_migrations_kind_known check (kind in ('expand', 'contract'));
comment on column schema_migrations.kind is 'expand: programs of older schemas go on working; contract: they do not.';

create table releases (
    id bigint generated always as identity,
    at timestamptz not null,
    kind text not null,
    result text not null,
    release text not null,
    from_release text,
    version text,
    commit text,
    schema_level integer,
    actor text not null,
    node text not null,
    seconds numeric(12, 3),
    detail text,
    constraint releases_pk primary key (id),
    constraint releases_kind_known check (kind in ('deploy', 'hotfix', 'restart', 'rollback', 'auto_rollback')),
    constraint releases_result_known check (result in ('ok', 'failed')),
    constraint releases_release_length check (length(release) between 1 and 64),
    constraint releases_from_release_length check (length(from_release) between 1 and 64),
    constraint releases_version_length check (length(version) between 1 and 64),
    constraint releases_commit_form check (commit ~ '^[0-9a-f]{7,64}(-dirty)?$'),
    constraint releases_schema_level_positive check (schema_level > 0),
    constraint releases_actor_length check (length(actor) between 1 and 200),
    constraint releases_node_length check (length(node) between 1 and 200),
    constraint releases_seconds_not_negative check (seconds >= 0),
    constraint releases_detail_length check (length(detail) <= 2000)
);
comment on table releases is 'Deploys, restarts and rollbacks of every node, with how they ended.';
comment on column releases.release is 'The name of the folder under releases/, or "built-in".';
create index releases_at_idx on releases (at);
