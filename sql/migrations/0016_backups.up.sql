-- What the machine knows about its backups, for those who only see the database.

create table ops_facts (
    name text not null,
    value bigint not null,
    at timestamptz not null,
    constraint ops_facts_pk primary key (name),
    constraint ops_facts_name_form check (name ~ '^[a-z][a-z0-9_]{0,79}$')
);
comment on table ops_facts is 'Newest measured values by name; times as seconds since 1970. A name that nobody can measure is not there.';
comment on column ops_facts.at is 'When it was measured.';

create table backups (
    place text not null,
    id text not null,
    engine text not null,
    started_at timestamptz,
    finished_at timestamptz,
    bytes bigint,
    database_bytes bigint,
    checksum text,
    is_encrypted boolean not null,
    is_whole boolean not null,
    verified_at timestamptz,
    is_verified boolean,
    verification text,
    seen_at timestamptz not null,
    constraint backups_pk primary key (place, id),
    constraint backups_place_known check (place in ('main', 'copy')),
    constraint backups_id_length check (length(id) between 1 and 100),
    constraint backups_engine_known check (engine in ('core', 'pgbackrest')),
    constraint backups_order check (finished_at >= started_at),
    constraint backups_bytes_not_negative check (bytes >= 0 and database_bytes >= 0),
    constraint backups_checksum_length check (length(checksum) between 1 and 200),
    constraint backups_verified_both check ((verified_at is null) = (is_verified is null)),
    constraint backups_verification_length check (length(verification) <= 4000)
);
comment on table backups is 'The backups as they lay on disk when somebody looked last (seen_at). The disk decides, not this table.';

create table drills (
    id bigint generated always as identity,
    kind text not null,
    node text not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    is_passed boolean not null,
    failure text,
    steps jsonb not null,
    figures jsonb not null,
    report text not null,
    constraint drills_pk primary key (id),
    constraint drills_kind_known check (kind in ('restore', 'deploy', 'chaos', 'full')),
    constraint drills_node_length check (length(node) between 1 and 200),
    constraint drills_order check (finished_at >= started_at),
    constraint drills_failure_by_result check ((failure is null) = is_passed),
    constraint drills_failure_length check (length(failure) between 1 and 4000),
    constraint drills_steps_is_array check (jsonb_typeof(steps) = 'array'),
    constraint drills_figures_is_object check (jsonb_typeof(figures) = 'object'),
    constraint drills_report_length check (length(report) between 1 and 200000)
);
comment on table drills is 'Exercises of what must work on a bad day, with their reports.';
create index drills_kind_idx on drills (kind, finished_at);
