-- Lays out the board of a draft: every pick, owned by the team in its slot, or by whoever was given it before.
-- param league_id bigint
-- param draft_id bigint
-- param picks jsonb
-- result none
-- access write
insert into draft_picks (
    league_id, season, pool, round, original_team_id, owner_team_id, draft_id, overall, round_pick
)
select d.league_id, d.season, d.pool, p.round, t.team_id, t.team_id, d.id, p.overall, p.round_pick
from drafts d
cross join jsonb_to_recordset(:picks) as p (overall smallint, round smallint, round_pick smallint, slot smallint)
join draft_teams t
    on t.league_id = d.league_id and t.draft_id = d.id and t.slot = p.slot
where d.league_id = :league_id
  and d.id = :draft_id
on conflict on constraint draft_picks_asset_unique do update
set draft_id = excluded.draft_id,
    overall = excluded.overall,
    round_pick = excluded.round_pick;
