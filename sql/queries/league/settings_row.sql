-- The plain settings of a league, and those of the draft it has not begun.
-- param league_id bigint
-- result row
-- access read
select l.team_count, l.is_best_ball, l.faab_budget, l.start_week, l.has_median_game,
       l.playoff_start_week, l.playoff_teams, l.playoff_rounds, l.is_reseeded,
       l.has_third_place_game, l.consolation, l.visibility, l.is_open_to_join,
       l.final_delay_hours, l.lock_rule, l.adds_per_week_max, l.adds_per_season_max,
       l.waiver_kind, l.waiver_hours, l.waiver_is_continuous, l.faab_min_bid,
       l.trade_deadline_week, l.trade_review, l.trade_review_hours, l.trade_veto_votes,
       l.trade_expiry_hours, l.time_zone,
       d.kind as draft_kind, d.reversal_round, coalesce(d.seconds_per_pick, 90) as seconds_per_pick
from leagues l
left join lateral (
    select d.kind, d.reversal_round, d.seconds_per_pick
    from drafts d
    where d.league_id = l.id
      and d.state <> 'cancelled'
    order by d.id desc
    limit 1
) d on true
where l.id = :league_id;
