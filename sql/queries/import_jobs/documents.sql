-- The uploaded documents, put together.
-- param import_id bigint
-- result rows
-- access read
select path, string_agg(content, '' order by part) as content
from import_documents
where import_id = :import_id
group by path;
