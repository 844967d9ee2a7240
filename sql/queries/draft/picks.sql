-- The picks of a draft in their order: {draftId, picks: [Pick]}.
-- param draft_id bigint
-- result json
-- access read
select json_build_object('draftId', d.id, 'picks', draft_picks_document(d))
from drafts d
join leagues l
    on l.id = d.league_id
where d.id = :draft_id
  and l.deleted_at is null;
