drop table team_source_records;
drop table import_reports;
drop table league_imports;
drop view scoring_lines;
drop table platform_week_stats;

-- Profiles that the older schema cannot hold must not be in use.
create or replace function league_settings(l leagues) returns jsonb
language sql stable parallel safe
return (
    select jsonb_build_object(
        'maxTeams', l.team_count,
        'preset', coalesce(p.preset, 'custom'),
        'visibility', l.visibility,
        'openToJoin', l.is_open_to_join,
        'timeZone', l.time_zone,
        'bestBall', l.is_best_ball,
        'rosterSlots', (
            select coalesce(jsonb_agg(jsonb_build_object('slot', s.slot, 'count', s.count) order by s.ordinal), '[]')
            from roster_slots s
            where s.league_id = l.id
        ),
        'scoringRules', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'stat', r.stat_key, 'points', trim_scale(r.weight), 'from', trim_scale(r.band_from),
                'to', trim_scale(r.band_to), 'positions', to_jsonb(r.positions)
            ) order by r.ordinal), '[]')
            from scoring_rules r
            where r.profile_id = l.scoring_profile_id
        ),
        'startWeek', l.start_week,
        'regularWeeks', l.playoff_start_week - l.start_week,
        'playoffStartWeek', l.playoff_start_week,
        'playoffTeams', l.playoff_teams,
        'playoffRoundType', case l.playoff_rounds when 'two_weeks' then 'two_week' else l.playoff_rounds end,
        'reseed', l.is_reseeded,
        'thirdPlaceGame', l.has_third_place_game,
        'consolation', l.consolation,
        'medianGame', l.has_median_game
    ) || jsonb_build_object(
        'tiebreak', (
            select case string_agg(t.criterion, ' ' order by t.ordinal)
                       when 'record head_to_head points_for points_against_low coin' then 'astralfield'
                       when 'record points_for head_to_head division_record points_against_high coin' then 'espn'
                       when 'record points_for points_against_high coin' then 'sleeper'
                       when 'record points_for recent_weeks coin' then 'yahoo'
                       else 'custom'
                   end
            from league_tiebreaks t
            where t.league_id = l.id
        ),
        'finalDelayHours', l.final_delay_hours,
        'lockRule', case l.lock_rule when 'player_kickoff' then 'kickoff' else l.lock_rule end,
        'irStatuses', to_jsonb(l.ir_statuses),
        'addsPerWeek', l.adds_per_week_max,
        'addsPerSeason', l.adds_per_season_max,
        'waiverKind', l.waiver_kind,
        'waiverHours', l.waiver_hours,
        'waiverContinuous', l.waiver_is_continuous,
        'faabBudget', l.faab_budget,
        'faabMinBid', l.faab_min_bid,
        'tradeDeadlineWeek', l.trade_deadline_week,
        'tradeReview', l.trade_review,
        'tradeReviewHours', l.trade_review_hours,
        'tradeVetoVotes', l.trade_veto_votes,
        'tradeExpiryHours', l.trade_expiry_hours,
        'draftKind', case when d.reversal_round is not null then 'third_round_reversal' else coalesce(d.kind, 'snake') end,
        'secondsPerPick', coalesce(d.seconds_per_pick, 90)
    )
    from scoring_profiles p
    left join lateral (
        select d.kind, d.reversal_round, d.seconds_per_pick
        from drafts d
        where d.league_id = l.id
          and d.state <> 'cancelled'
        order by d.id desc
        limit 1
    ) d on true
    where p.id = l.scoring_profile_id
);
comment on function league_settings is 'Every setting of a league by the name documents and requests use (src/league/settings.def).';

drop trigger scoring_profiles_immutable on scoring_profiles;
create trigger scoring_profiles_immutable
before update of id, hash on scoring_profiles
for each row execute function refuse_rule_change();
alter table scoring_profiles
    drop constraint scoring_profiles_preset_is_ours,
    drop constraint scoring_profiles_stat_source_known,
    drop column stat_source;
comment on table scoring_rules is 'per_unit: weight times the statistic. band: weight once when band_from <= statistic < band_to.';
alter table scoring_rules
    drop constraint scoring_rules_step_by_kind,
    drop constraint scoring_rules_rule_unique,
    drop column step,
    add constraint scoring_rules_rule_unique unique nulls not distinct (profile_id, stat_key, kind, band_from, band_to, positions),
    add constraint scoring_rules_band_by_kind check (kind = 'band' or (band_from is null and band_to is null));
