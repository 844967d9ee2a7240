-- Imports that were asked for over HTTP: what is wanted, what was uploaded, how far it has come.
create table import_jobs (
    id bigint generated always as identity,
    user_id bigint not null,
    platform text not null,
    source_league_id text not null,
    season smallint,
    has_documents boolean not null,
    state text not null,
    step text,
    done integer not null default 0,
    total integer,
    problem jsonb,
    report jsonb,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    heard_at timestamptz,
    ended_at timestamptz,
    constraint import_jobs_pk primary key (id),
    constraint import_jobs_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint import_jobs_platform_known check (platform in ('sleeper', 'espn')),
    constraint import_jobs_source_league_id_form check (source_league_id ~ '^[0-9]{1,20}$'),
    constraint import_jobs_season_range check (season between 1999 and 2199),
    constraint import_jobs_season_by_platform check ((platform = 'espn') = (season is not null)),
    constraint import_jobs_state_known check (state in ('collecting', 'queued', 'running', 'done', 'failed')),
    constraint import_jobs_collecting_has_documents check (state <> 'collecting' or has_documents),
    constraint import_jobs_running_is_heard check ((state = 'running') <= (heard_at is not null)),
    constraint import_jobs_ended_by_state check ((state in ('done', 'failed')) = (ended_at is not null)),
    constraint import_jobs_report_by_state check ((state = 'done') = (report is not null)),
    constraint import_jobs_problem_by_state check ((state = 'failed') = (problem is not null)),
    constraint import_jobs_step_length check (length(step) between 1 and 200),
    constraint import_jobs_done_not_negative check (done >= 0),
    constraint import_jobs_total_not_negative check (total >= 0)
);
comment on table import_jobs is 'Leagues to be imported from another platform, for whom, and what came of it.';
comment on column import_jobs.heard_at is 'Last sign of life of the server that runs it; another one takes it over when it is silent.';
create index import_jobs_user_idx on import_jobs (user_id, id);
create index import_jobs_open_idx on import_jobs (id) where state in ('queued', 'running');

create table import_documents (
    import_id bigint not null,
    path text not null,
    part smallint not null,
    content text not null,
    constraint import_documents_pk primary key (import_id, path, part),
    constraint import_documents_import_fk foreign key (import_id) references import_jobs (id) on delete cascade,
    constraint import_documents_path_form check (path ~ '^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$' and length(path) <= 200),
    constraint import_documents_part_range check (part between 1 and 200),
    constraint import_documents_content_length check (octet_length(content) between 1 and 1048576)
);
comment on table import_documents is 'Uploaded documents in parts, until their import has ended.';

create function import_job_json(j import_jobs) returns json
language sql stable
as $$
    select json_build_object(
        'id', j.id,
        'platform', j.platform,
        'leagueId', j.source_league_id,
        'season', j.season,
        'upload', j.has_documents,
        'state', j.state,
        'documents', (select count(distinct d.path) from import_documents d where d.import_id = j.id),
        'progress', json_build_object('step', j.step, 'done', j.done, 'total', j.total),
        'createdAt', iso(j.created_at),
        'endedAt', iso(j.ended_at),
        'problem', j.problem,
        'report', j.report
    )
$$;
comment on function import_job_json is 'An import as its owner sees it.';
