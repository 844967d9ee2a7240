drop function changes_stopped_at();

update drafts
set frozen_at = null
where frozen_at is not null;

drop index drafts_frozen_idx;

alter table drafts
drop constraint drafts_frozen_by_state,
drop column frozen_at;

drop table switch_changes;
