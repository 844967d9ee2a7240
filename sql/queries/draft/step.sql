-- Puts the next team on the clock.
-- param league_id bigint
-- param draft_id bigint
-- param overall smallint
-- param now timestamptz
-- param auto_pause_s integer
-- result row
-- access write
update drafts d
set current_pick = :overall,
    deadline_at = :now::timestamptz + make_interval(secs => case when t.is_autopick then :auto_pause_s::integer else d.seconds_per_pick end),
    seq = d.seq + 1
from draft_picks k
join draft_teams t
    on t.league_id = k.league_id and t.draft_id = k.draft_id and t.team_id = k.owner_team_id
where d.league_id = :league_id
  and d.id = :draft_id
  and k.league_id = d.league_id
  and k.draft_id = d.id
  and k.overall = :overall
returning k.owner_team_id as team_id, k.round, t.is_autopick, d.deadline_at;
