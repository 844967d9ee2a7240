-- Since when a draft is frozen; null when it is not.
-- param league_id bigint
-- param draft_id bigint
-- result row
-- access read
select d.frozen_at
from drafts d
where d.league_id = :league_id
  and d.id = :draft_id;
