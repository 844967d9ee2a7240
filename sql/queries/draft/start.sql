-- Starts a draft with its first pick; a team that picks by itself gets only a pause.
-- param league_id bigint
-- param draft_id bigint
-- param now timestamptz
-- param auto_pause_s integer
-- result none
-- access write
update drafts d
set state = 'running',
    started_at = :now::timestamptz,
    current_pick = 1,
    deadline_at = :now::timestamptz + make_interval(secs => case when t.is_autopick then :auto_pause_s::integer else d.seconds_per_pick end),
    seq = d.seq + 1
from draft_picks k
join draft_teams t
    on t.league_id = k.league_id and t.draft_id = k.draft_id and t.team_id = k.owner_team_id
where d.league_id = :league_id
  and d.id = :draft_id
  and k.league_id = d.league_id
  and k.draft_id = d.id
  and k.overall = 1;
