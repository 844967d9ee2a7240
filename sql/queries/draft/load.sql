-- Where a draft stands, and who is on the clock.
-- param league_id bigint
-- param draft_id bigint
-- result row
-- access read
select d.state, d.kind, d.rounds, d.reversal_round, d.seconds_per_pick, d.current_pick, d.deadline_at,
       d.paused_remaining_ms, d.order_method, encode(d.order_seed, 'hex') as order_seed,
       (select count(*) from draft_teams t where t.league_id = d.league_id and t.draft_id = d.id) as ordered_teams,
       (select max(p.overall) from draft_picks p where p.league_id = d.league_id and p.draft_id = d.id) as last_pick,
       k.owner_team_id as team_id, k.round, t.is_autopick
from drafts d
left join draft_picks k
    on k.league_id = d.league_id and k.draft_id = d.id and k.overall = d.current_pick
left join draft_teams t
    on t.league_id = d.league_id and t.draft_id = d.id and t.team_id = k.owner_team_id
where d.league_id = :league_id
  and d.id = :draft_id;
