-- A new import; none where this account has `most` that have not ended.
-- param user_id bigint
-- param platform text
-- param source_league_id text
-- param season integer nullable
-- param has_documents boolean
-- param most integer
-- result maybe
-- access write
insert into import_jobs as j (user_id, platform, source_league_id, season, has_documents, state)
select :user_id, :platform, :source_league_id, :season::smallint, :has_documents,
       case when :has_documents then 'collecting' else 'queued' end
where (
    select count(*)
    from import_jobs open
    where open.user_id = :user_id
      and open.ended_at is null
) < :most
returning import_job_json(j) as document;
