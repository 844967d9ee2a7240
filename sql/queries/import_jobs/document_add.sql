-- Stores a part of an uploaded document; a part that comes again replaces itself. `is_open`: the
-- import collects; `has_room`: all its parts together stay below the limit.
-- param user_id bigint
-- param import_id bigint
-- param path text
-- param part integer
-- param content text
-- param bytes_max bigint
-- result maybe
-- access write
with j as (
    select id, state = 'collecting' as is_open
    from import_jobs
    where id = :import_id
      and user_id = :user_id
    for update
), held as (
    select coalesce(sum(octet_length(d.content)), 0) as bytes
    from import_documents d
    join j on j.id = d.import_id
    where (d.path, d.part) <> (:path, :part::smallint)
), stored as (
    insert into import_documents (import_id, path, part, content)
    select j.id, :path, :part::smallint, :content
    from j, held
    where j.is_open
      and held.bytes + octet_length(:content) <= :bytes_max
    on conflict (import_id, path, part) do update set content = excluded.content
    returning 1
)
select j.is_open, exists (select from stored) as is_stored
from j;
