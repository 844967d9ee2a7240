-- Lets a team pick by itself, or no longer.
-- param league_id bigint
-- param draft_id bigint
-- param team_id bigint
-- param is_autopick boolean
-- result maybe
-- access write
update draft_teams
set is_autopick = :is_autopick
where league_id = :league_id
  and draft_id = :draft_id
  and team_id = :team_id
returning slot;
