-- A league with its settings, what the acting user is in it, and the command if it was given before. Read after the lock, so that it sees what the command before has done.
-- param league_id bigint
-- param user_id bigint nullable
-- param command_id text nullable
-- param request_hash bytea
-- result maybe
-- access write
select l.id, l.seq, l.state, l.name, l.slug, l.season, l.is_sample, l.replay_at, l.visibility,
       l.is_open_to_join, l.time_zone, l.kind, l.format, l.is_best_ball, l.scoring_profile_id,
       l.team_count, l.games_per_week, l.has_median_game, l.start_week, l.playoff_start_week,
       l.last_week, l.playoff_teams, l.playoff_rounds, l.playoff_tie, l.is_reseeded,
       l.division_winners_first, l.has_third_place_game, l.consolation, l.eliminated_are_frozen,
       l.final_delay_hours, l.lock_rule, l.is_bench_locked, l.lineups_are_hidden,
       l.auto_subs_per_week, array_to_string(l.ir_statuses, ' ') as ir_statuses, l.taxi_years_max,
       l.taxi_deadline_at, l.adds_per_week_max, l.adds_per_season_max, l.waiver_kind,
       l.waiver_is_continuous, l.waiver_hours, l.waiver_auto, l.faab_budget, l.faab_min_bid,
       l.faab_pricing, l.trade_deadline_week, l.trade_review, l.trade_review_hours,
       l.trade_veto_votes, l.trade_expiry_hours, l.picks_are_tradable, l.pick_years_ahead,
       l.faab_is_tradable, l.keepers_max, l.keeper_cost, l.keeper_rounds_per_year,
       l.keeper_years_max, l.keeper_deadline_at, l.commissioner_is_locked_out,
       m.role, o.team_id,
       c.command_id, c.kind as command_kind, c.actor_user_id as command_user_id,
       c.request_hash = :request_hash as command_is_same, c.status as command_status,
       c.answer::text as command_answer
from leagues l
left join league_members m
    on m.league_id = l.id and m.user_id = :user_id and m.state = 'active'
left join team_owners o
    on o.league_id = l.id and o.user_id = :user_id
left join league_commands c
    on c.league_id = l.id and c.command_id = :command_id
where l.id = :league_id
  and l.deleted_at is null;
