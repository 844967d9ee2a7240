-- The league of a draft.
-- param draft_id bigint
-- result maybe
-- access read
select league_id
from drafts
where id = :draft_id;
