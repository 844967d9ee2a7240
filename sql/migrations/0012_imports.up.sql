-- Leagues from other platforms: what they counted, what was imported, and how their own rules pay.

-- ---- rules: every N units, and bands that pay per unit ----

alter table scoring_rules
    add column step numeric(12, 3),
    drop constraint scoring_rules_rule_unique,
    drop constraint scoring_rules_band_by_kind,
    add constraint scoring_rules_rule_unique
        unique nulls not distinct (profile_id, stat_key, kind, band_from, band_to, step, positions),
    add constraint scoring_rules_step_by_kind check (step is null or (kind = 'per_unit' and step >= 1));
comment on table scoring_rules is 'per_unit: weight times the statistic, or times the part of it that lies in the band. band: weight once when band_from <= statistic < band_to.';
comment on column scoring_rules.step is 'per_unit pays for whole steps of so many units only; null: for fractions too.';

alter table scoring_profiles
    add column stat_source text not null default 'nfl',
    add constraint scoring_profiles_stat_source_known check (stat_source in ('nfl', 'sleeper', 'espn')),
    add constraint scoring_profiles_preset_is_ours check (preset is null or stat_source = 'nfl');
comment on column scoring_profiles.stat_source is 'Whose statistics the rules pay for: the NFL''s, or what another platform counted.';
drop trigger scoring_profiles_immutable on scoring_profiles;
create trigger scoring_profiles_immutable
before update of id, hash, stat_source on scoring_profiles
for each row execute function refuse_rule_change();

-- ---- statistics as another platform counted them ----

create table platform_week_stats (
    platform text not null,
    season smallint not null,
    season_type text not null default 'REG',
    week smallint not null,
    player_id bigint not null,
    position text not null,
    stats jsonb not null,
    revision integer not null default 1,
    updated_at timestamptz not null default now(),
    constraint platform_week_stats_pk primary key (platform, season, season_type, week, player_id),
    constraint platform_week_stats_season_fk foreign key (season) references seasons (year),
    constraint platform_week_stats_player_fk foreign key (player_id) references players (id),
    constraint platform_week_stats_platform_known check (platform in ('sleeper', 'espn')),
    constraint platform_week_stats_season_type_known check (season_type in ('REG', 'POST')),
    constraint platform_week_stats_week_range check (week between 1 and 22),
    constraint platform_week_stats_position_known check (position in (
        'QB', 'RB', 'WR', 'TE', 'K', 'DEF', 'DL', 'LB', 'DB', 'UNK'
    )),
    constraint platform_week_stats_is_object check (jsonb_typeof(stats) = 'object'),
    constraint platform_week_stats_revision_positive check (revision > 0)
);
comment on table platform_week_stats is 'What a player did in a week as another platform counted it, in our stat keys. Leagues imported from it are scored from these lines.';
comment on column platform_week_stats.position is 'The position that the platform''s scoring goes by in this week.';
create index platform_week_stats_season_idx on platform_week_stats (season, week);
create index platform_week_stats_player_idx on platform_week_stats (player_id, season, week);

create view scoring_lines as
select 'nfl'::text as stat_source, s.season, s.season_type, s.week, s.player_id, p.position, s.stats, s.revision
from player_week_stats s
join players p
    on p.id = s.player_id
union all
select s.platform, s.season, s.season_type, s.week, s.player_id, s.position, s.stats, s.revision
from platform_week_stats s;
comment on view scoring_lines is 'The stat lines that points are made from, by the source a scoring profile names.';

-- ---- what was imported ----

create table league_imports (
    league_id bigint not null,
    part text not null,
    hash bytea not null,
    imported_at timestamptz not null default now(),
    constraint league_imports_pk primary key (league_id, part),
    constraint league_imports_league_fk foreign key (league_id) references leagues (id) on delete cascade,
    constraint league_imports_part_length check (length(part) between 1 and 120),
    constraint league_imports_hash_length check (octet_length(hash) = 32)
);
comment on table league_imports is 'The parts of an imported league with the hash of what the platform told, so that a repeat changes only what has changed.';

create table import_reports (
    league_id bigint not null,
    at timestamptz not null,
    report jsonb not null,
    constraint import_reports_pk primary key (league_id),
    constraint import_reports_league_fk foreign key (league_id) references leagues (id) on delete cascade,
    constraint import_reports_is_object check (jsonb_typeof(report) = 'object')
);
comment on table import_reports is 'The newest adjustments report of an imported league: what could not be carried over exactly.';

create table team_source_records (
    league_id bigint not null,
    team_id bigint not null,
    wins smallint,
    losses smallint,
    ties smallint,
    points_for numeric(10, 2),
    points_against numeric(10, 2),
    seed smallint,
    final_rank smallint,
    constraint team_source_records_pk primary key (league_id, team_id),
    constraint team_source_records_team_fk foreign key (league_id, team_id) references teams (league_id, id) on delete cascade,
    constraint team_source_records_points_both check ((points_for is null) = (points_against is null))
);
comment on table team_source_records is 'A team''s season as the platform states it, to be compared with ours.';

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
                'to', trim_scale(r.band_to),
                'step', case
                    when r.step is not null then trim_scale(r.step)
                    when r.kind = 'per_unit' and num_nonnulls(r.band_from, r.band_to) > 0 then 0
                end,
                'positions', to_jsonb(r.positions)
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
