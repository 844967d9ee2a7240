-- Stores the settings of a league; what the object does not name stays.
-- param league_id bigint
-- param settings jsonb
-- result none
-- access write
update leagues l
set team_count = p.team_count,
    is_best_ball = p.is_best_ball,
    faab_budget = p.faab_budget,
    start_week = p.start_week,
    has_median_game = p.has_median_game,
    playoff_start_week = p.playoff_start_week,
    last_week = p.last_week,
    playoff_teams = p.playoff_teams,
    playoff_rounds = p.playoff_rounds,
    is_reseeded = p.is_reseeded,
    has_third_place_game = p.has_third_place_game,
    consolation = p.consolation,
    visibility = p.visibility,
    is_open_to_join = p.is_open_to_join,
    final_delay_hours = p.final_delay_hours,
    lock_rule = p.lock_rule,
    adds_per_week_max = p.adds_per_week_max,
    adds_per_season_max = p.adds_per_season_max,
    waiver_kind = p.waiver_kind,
    waiver_hours = p.waiver_hours,
    waiver_is_continuous = p.waiver_is_continuous,
    faab_min_bid = p.faab_min_bid,
    trade_deadline_week = p.trade_deadline_week,
    trade_review = p.trade_review,
    trade_review_hours = p.trade_review_hours,
    trade_veto_votes = p.trade_veto_votes,
    trade_expiry_hours = p.trade_expiry_hours,
    time_zone = p.time_zone,
    ir_statuses = p.ir_statuses,
    scoring_profile_id = p.scoring_profile_id
from leagues o
cross join lateral jsonb_populate_record(o, :settings) p
where l.id = :league_id
  and o.id = :league_id;
