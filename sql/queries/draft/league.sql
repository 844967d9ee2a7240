-- The league of a draft.
-- param draft_id bigint
-- result maybe
-- access read
select d.league_id
from drafts d
join leagues l
    on l.id = d.league_id
where d.id = :draft_id
  and l.deleted_at is null;
