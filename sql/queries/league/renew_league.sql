-- Adds the next season of a league with every setting of this one. Moments that a league sets for one season stay behind.
-- param league_id bigint
-- param season smallint
-- param created_by_user_id bigint
-- param created_at timestamptz
-- param replay_at timestamptz nullable
-- param scoring_profile_id bigint
-- result row
-- access write
insert into leagues (
    id, name, slug, season, previous_league_id, created_by_user_id, created_at, is_sample, replay_at, visibility, is_open_to_join,
    time_zone, kind, format, is_best_ball, scoring_profile_id, team_count, games_per_week, has_median_game, start_week,
    playoff_start_week, last_week, playoff_teams, playoff_rounds, playoff_tie, is_reseeded, division_winners_first,
    has_third_place_game, consolation, eliminated_are_frozen, final_delay_hours, lock_rule, is_bench_locked, lineups_are_hidden,
    auto_subs_per_week, ir_statuses, taxi_years_max, adds_per_week_max, adds_per_season_max, waiver_kind, waiver_is_continuous,
    waiver_days, waiver_time, waiver_hours, waiver_auto, faab_budget, faab_min_bid, faab_pricing, trade_deadline_week,
    trade_review, trade_review_hours, trade_veto_votes, trade_expiry_hours, picks_are_tradable, pick_years_ahead,
    faab_is_tradable, keepers_max, keeper_cost, keeper_rounds_per_year, keeper_years_max, commissioner_is_locked_out
)
overriding system value
select n.id, l.name, rtrim(left(regexp_replace(l.slug, '-[0-9]+$', ''), 60), '-') || '-' || n.id, :season, l.id,
       :created_by_user_id, :created_at, l.is_sample, :replay_at, l.visibility, l.is_open_to_join, l.time_zone, l.kind,
       l.format, l.is_best_ball, :scoring_profile_id, l.team_count, l.games_per_week, l.has_median_game, l.start_week,
       l.playoff_start_week, l.last_week, l.playoff_teams, l.playoff_rounds, l.playoff_tie, l.is_reseeded,
       l.division_winners_first, l.has_third_place_game, l.consolation, l.eliminated_are_frozen, l.final_delay_hours,
       l.lock_rule, l.is_bench_locked, l.lineups_are_hidden, l.auto_subs_per_week, l.ir_statuses, l.taxi_years_max,
       l.adds_per_week_max, l.adds_per_season_max, l.waiver_kind, l.waiver_is_continuous, l.waiver_days, l.waiver_time,
       l.waiver_hours, l.waiver_auto, l.faab_budget, l.faab_min_bid, l.faab_pricing, l.trade_deadline_week, l.trade_review,
       l.trade_review_hours, l.trade_veto_votes, l.trade_expiry_hours, l.picks_are_tradable, l.pick_years_ahead,
       l.faab_is_tradable, l.keepers_max, l.keeper_cost, l.keeper_rounds_per_year, l.keeper_years_max,
       l.commissioner_is_locked_out
from leagues l
cross join (select nextval(pg_get_serial_sequence('leagues', 'id')) as id) n
where l.id = :league_id
returning id;
