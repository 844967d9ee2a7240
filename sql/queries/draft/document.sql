-- A draft with its picks: contract type Draft.
-- param draft_id bigint
-- result json
-- access read
select draft_document(d) || jsonb_build_object('picks', draft_picks_document(d))
from drafts d
join leagues l
    on l.id = d.league_id
where d.id = :draft_id
  and l.deleted_at is null;
