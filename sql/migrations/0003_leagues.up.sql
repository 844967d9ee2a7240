-- Leagues: one row per league and season, its rules as typed columns, its members and teams.
-- Everything a league owns has league_id first in its primary key, so that it can be partitioned by league.

create table scoring_profiles (
    id bigint generated always as identity,
    hash bytea not null,
    preset text,
    created_at timestamptz not null default now(),
    constraint scoring_profiles_pk primary key (id),
    constraint scoring_profiles_hash_unique unique (hash),
    constraint scoring_profiles_preset_unique unique (preset),
    constraint scoring_profiles_hash_length check (octet_length(hash) = 32),
    constraint scoring_profiles_preset_known check (preset in ('standard', 'half', 'ppr'))
);
comment on table scoring_profiles is 'A set of scoring rules, shared by every league that has the same; hash is SHA-256 of the rules in canonical form.';

create table scoring_rules (
    profile_id bigint not null,
    ordinal smallint not null,
    stat_key text not null,
    kind text not null default 'per_unit',
    weight numeric(12, 6) not null,
    band_from numeric(12, 3),
    band_to numeric(12, 3),
    positions text[] not null default '{}',
    constraint scoring_rules_pk primary key (profile_id, ordinal),
    constraint scoring_rules_rule_unique unique nulls not distinct (profile_id, stat_key, kind, band_from, band_to, positions),
    constraint scoring_rules_profile_fk foreign key (profile_id) references scoring_profiles (id) on delete cascade,
    constraint scoring_rules_ordinal_positive check (ordinal > 0),
    constraint scoring_rules_stat_key_form check (stat_key ~ '^[a-z][a-z0-9_]{0,39}$'),
    constraint scoring_rules_kind_known check (kind in ('per_unit', 'band')),
    constraint scoring_rules_band_by_kind check (kind = 'band' or (band_from is null and band_to is null)),
    constraint scoring_rules_band_has_edge check (kind <> 'band' or num_nonnulls(band_from, band_to) > 0),
    constraint scoring_rules_band_order check (band_from < band_to),
    constraint scoring_rules_positions_known check (positions <@ array[
        'QB', 'RB', 'WR', 'TE', 'K', 'DEF', 'DL', 'LB', 'DB', 'OL', 'P', 'LS', 'HC', 'UNK'
    ])
);
comment on table scoring_rules is 'per_unit: weight times the statistic. band: weight once when band_from <= statistic < band_to.';
comment on column scoring_rules.positions is 'The rule pays only for players of these positions; empty: for all.';

create function refuse_rule_change() returns trigger
language plpgsql
as $$
begin
    raise exception 'scoring profiles are never changed: leagues share them'
        using errcode = 'restrict_violation', constraint = tg_table_name || '_immutable', table = tg_table_name;
end
$$;

create trigger scoring_profiles_immutable
before update of id, hash on scoring_profiles
for each row execute function refuse_rule_change();

create trigger scoring_rules_immutable
before update on scoring_rules
for each statement execute function refuse_rule_change();

create table leagues (
    id bigint generated always as identity,
    -- what moves with every command
    seq bigint not null default 0,
    head_hash bytea not null default decode(repeat('00', 32), 'hex'),
    state text not null default 'setup',
    -- what it is
    name text not null,
    slug text not null,
    season smallint not null,
    previous_league_id bigint,
    created_by_user_id bigint not null,
    created_at timestamptz not null default now(),
    deleted_at timestamptz,
    is_sample boolean not null default false,
    replay_at timestamptz,
    source_platform text,
    source_league_id text,
    imported_at timestamptz,
    visibility text not null default 'private',
    is_open_to_join boolean not null default false,
    time_zone text not null default 'America/New_York',
    kind text not null default 'redraft',
    format text not null default 'head_to_head',
    is_best_ball boolean not null default false,
    scoring_profile_id bigint not null,
    -- teams and the calendar
    team_count smallint not null default 12,
    games_per_week smallint not null default 1,
    has_median_game boolean not null default false,
    start_week smallint not null default 1,
    playoff_start_week smallint not null default 15,
    last_week smallint not null default 17,
    playoff_teams smallint not null default 6,
    playoff_rounds text not null default 'one_week',
    playoff_tie text not null default 'higher_seed',
    is_reseeded boolean not null default true,
    division_winners_first boolean not null default true,
    has_third_place_game boolean not null default true,
    consolation text not null default 'none',
    eliminated_are_frozen boolean not null default false,
    final_delay_hours smallint not null default 48,
    -- locks and rosters
    lock_rule text not null default 'player_kickoff',
    is_bench_locked boolean not null default false,
    lineups_are_hidden boolean not null default false,
    auto_subs_per_week smallint not null default 0,
    ir_statuses text[] not null default array['ir', 'out', 'pup', 'nfi'],
    taxi_years_max smallint,
    taxi_deadline_at timestamptz,
    adds_per_week_max smallint,
    adds_per_season_max smallint,
    -- waivers
    waiver_kind text not null default 'faab',
    waiver_is_continuous boolean not null default false,
    waiver_days smallint[] not null default array[3]::smallint[],
    waiver_time time not null default '03:00',
    waiver_hours smallint not null default 24,
    waiver_auto boolean not null default true,
    faab_budget integer not null default 100,
    faab_min_bid integer not null default 0,
    faab_pricing text not null default 'first_price',
    -- trades
    trade_deadline_week smallint,
    trade_review text not null default 'none',
    trade_review_hours smallint not null default 24,
    trade_veto_votes smallint,
    trade_expiry_hours smallint not null default 48,
    picks_are_tradable boolean not null default false,
    pick_years_ahead smallint not null default 0,
    faab_is_tradable boolean not null default false,
    -- keepers
    keepers_max smallint not null default 0,
    keeper_cost text not null default 'none',
    keeper_rounds_per_year smallint not null default 0,
    keeper_years_max smallint,
    keeper_deadline_at timestamptz,
    -- the commissioner gives up the sight of what other teams have pending
    commissioner_is_locked_out boolean not null default false,
    constraint leagues_pk primary key (id),
    constraint leagues_slug_unique unique (slug),
    constraint leagues_season_fk foreign key (season) references seasons (year),
    constraint leagues_previous_fk foreign key (previous_league_id) references leagues (id),
    constraint leagues_created_by_fk foreign key (created_by_user_id) references users (id),
    constraint leagues_scoring_fk foreign key (scoring_profile_id) references scoring_profiles (id),
    constraint leagues_seq_not_negative check (seq >= 0),
    constraint leagues_head_hash_length check (octet_length(head_hash) = 32),
    constraint leagues_state_known check (state in ('setup', 'drafting', 'in_season', 'playoffs', 'complete')),
    constraint leagues_name_length check (length(name) between 1 and 80 and name = btrim(name)),
    constraint leagues_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
    constraint leagues_previous_is_other check (previous_league_id <> id),
    constraint leagues_source_both check ((source_platform is null) = (source_league_id is null)),
    constraint leagues_source_known check (source_platform in ('sleeper', 'espn', 'yahoo', 'mfl', 'fleaflicker', 'fantrax', 'astralfield')),
    constraint leagues_imported_has_source check (imported_at is null or source_platform is not null),
    constraint leagues_visibility_known check (visibility in ('private', 'public')),
    constraint leagues_time_zone_form check (time_zone ~ '^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$' and length(time_zone) <= 64),
    constraint leagues_kind_known check (kind in ('redraft', 'keeper', 'dynasty')),
    constraint leagues_format_known check (format in ('head_to_head', 'total_points', 'guillotine')),
    constraint leagues_team_count_range check (team_count between 2 and 32),
    constraint leagues_games_per_week_range check (games_per_week between 1 and 3),
    constraint leagues_weeks_order check (
        start_week between 1 and 18
        and last_week between start_week and 22
        and playoff_start_week between start_week and last_week + 1
    ),
    constraint leagues_playoff_teams_range check (playoff_teams between 0 and team_count and playoff_teams <> 1),
    constraint leagues_playoffs_by_weeks check ((playoff_teams = 0) = (playoff_start_week > last_week)),
    constraint leagues_playoff_rounds_known check (playoff_rounds in ('one_week', 'two_week_final', 'two_weeks')),
    constraint leagues_playoff_tie_known check (playoff_tie in ('higher_seed', 'season_series', 'bench_points')),
    constraint leagues_consolation_known check (consolation in ('none', 'consolation', 'toilet_bowl')),
    constraint leagues_final_delay_range check (final_delay_hours between 0 and 336),
    constraint leagues_lock_rule_known check (lock_rule in ('player_kickoff', 'first_game')),
    constraint leagues_auto_subs_range check (auto_subs_per_week between 0 and 20),
    constraint leagues_ir_statuses_known check (
        ir_statuses <@ array['questionable', 'doubtful', 'out', 'ir', 'pup', 'nfi', 'suspended', 'na', 'dnr', 'covid']
    ),
    constraint leagues_taxi_years_range check (taxi_years_max between 1 and 10),
    constraint leagues_adds_per_week_range check (adds_per_week_max between 0 and 1000),
    constraint leagues_adds_per_season_range check (adds_per_season_max between 0 and 10000),
    constraint leagues_waiver_kind_known check (waiver_kind in ('faab', 'rolling', 'reset', 'none')),
    constraint leagues_waiver_days_range check (
        waiver_days <@ array[0, 1, 2, 3, 4, 5, 6]::smallint[]
        and (cardinality(waiver_days) > 0 or waiver_kind = 'none')
    ),
    constraint leagues_waiver_hours_range check (waiver_hours between 0 and 336),
    constraint leagues_faab_budget_range check (faab_budget between 0 and 999999999),
    constraint leagues_faab_min_bid_range check (faab_min_bid between 0 and faab_budget),
    constraint leagues_faab_pricing_known check (faab_pricing in ('first_price', 'second_price')),
    constraint leagues_trade_deadline_range check (trade_deadline_week between start_week and last_week),
    constraint leagues_trade_review_known check (trade_review in ('none', 'commissioner', 'vote')),
    constraint leagues_trade_review_hours_range check (trade_review_hours between 0 and 336),
    constraint leagues_trade_veto_votes_range check (trade_veto_votes between 1 and team_count - 2),
    constraint leagues_trade_votes_by_review check (trade_review <> 'vote' or trade_veto_votes is not null),
    constraint leagues_trade_expiry_range check (trade_expiry_hours between 1 and 720),
    constraint leagues_pick_years_range check (pick_years_ahead between 0 and 10),
    constraint leagues_keepers_range check (keepers_max between 0 and 60),
    constraint leagues_keepers_by_kind check (keepers_max = 0 or kind <> 'redraft'),
    constraint leagues_keeper_cost_known check (keeper_cost in ('none', 'round', 'price', 'custom')),
    constraint leagues_keeper_rounds_range check (keeper_rounds_per_year between 0 and 30),
    constraint leagues_keeper_years_range check (keeper_years_max between 1 and 30)
) with (fillfactor = 70);
comment on table leagues is 'One league in one season: the head of its ledger, its state and every setting.';
comment on column leagues.seq is 'Number of the newest event. A command locks this row and takes the next numbers.';
comment on column leagues.head_hash is 'Hash of the newest event; 32 zero bytes before the first.';
comment on column leagues.replay_at is 'A league that replays a stored season: the moment its clock stands at. Null: real time.';
comment on column leagues.playoff_start_week is 'First playoff week; last_week + 1 in a league without playoffs.';
comment on column leagues.final_delay_hours is 'Hours from the end of a week''s last game until its scores become final.';
comment on column leagues.waiver_days is 'Days of the regular runs, 0 Sunday to 6 Saturday, in the league''s time zone.';
comment on column leagues.waiver_hours is 'Hours a dropped player stays on waivers.';
create unique index leagues_previous_unique on leagues (previous_league_id) where deleted_at is null;
create unique index leagues_source_unique on leagues (source_platform, source_league_id, season) where deleted_at is null;
create index leagues_previous_idx on leagues (previous_league_id);
create index leagues_season_idx on leagues (season);
create index leagues_created_by_idx on leagues (created_by_user_id);
create index leagues_scoring_idx on leagues (scoring_profile_id);
create index leagues_public_idx on leagues (season, id) where visibility = 'public' and deleted_at is null;

create table league_tiebreaks (
    league_id bigint not null,
    ordinal smallint not null,
    criterion text not null,
    constraint league_tiebreaks_pk primary key (league_id, ordinal),
    constraint league_tiebreaks_criterion_unique unique (league_id, criterion),
    constraint league_tiebreaks_league_fk foreign key (league_id) references leagues (id) on delete cascade,
    constraint league_tiebreaks_ordinal_range check (ordinal between 1 and 12),
    constraint league_tiebreaks_criterion_known check (criterion in (
        'record', 'points_for', 'head_to_head', 'division_record', 'points_against_high', 'points_against_low',
        'all_play', 'potential_points', 'recent_weeks', 'victory_points', 'custom', 'coin'
    ))
);
comment on table league_tiebreaks is 'The criteria that order a league''s standings, first the strongest.';

create table league_members (
    league_id bigint not null,
    user_id bigint not null,
    role text not null default 'manager',
    state text not null default 'active',
    display_name text,
    joined_at timestamptz not null default now(),
    left_at timestamptz,
    muted_until timestamptz,
    constraint league_members_user_unique primary key (league_id, user_id),
    constraint league_members_league_fk foreign key (league_id) references leagues (id),
    constraint league_members_user_fk foreign key (user_id) references users (id),
    constraint league_members_role_known check (role in ('commissioner', 'co_commissioner', 'manager', 'viewer')),
    constraint league_members_state_known check (state in ('active', 'left', 'removed')),
    constraint league_members_left_by_state check ((state = 'active') = (left_at is null)),
    constraint league_members_commissioner_stays check (role <> 'commissioner' or state = 'active'),
    constraint league_members_display_name_length check (length(display_name) between 1 and 80)
);
comment on table league_members is 'Who belongs to a league and with which rights.';
comment on column league_members.display_name is 'The name used in this league, where it differs from the account''s.';
create unique index league_members_one_commissioner on league_members (league_id) where role = 'commissioner';
create index league_members_user_idx on league_members (user_id, league_id);

create table league_invites (
    league_id bigint not null,
    id bigint generated always as identity,
    code_hash bytea not null,
    email text,
    role text not null default 'manager',
    uses_left smallint not null default 1,
    created_by_user_id bigint not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint league_invites_pk primary key (league_id, id),
    constraint league_invites_code_hash_unique unique (code_hash),
    constraint league_invites_league_fk foreign key (league_id) references leagues (id),
    constraint league_invites_created_by_fk foreign key (created_by_user_id) references users (id),
    constraint league_invites_code_hash_length check (octet_length(code_hash) = 32),
    constraint league_invites_email_form check (email = lower(email) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and length(email) <= 254),
    constraint league_invites_role_known check (role in ('co_commissioner', 'manager', 'viewer')),
    constraint league_invites_uses_range check (uses_left between 0 and 100),
    constraint league_invites_expiry_after_start check (expires_at > created_at)
);
comment on table league_invites is 'Invitations. Only the hash of the code is kept.';
create index league_invites_created_by_idx on league_invites (created_by_user_id);

create table divisions (
    league_id bigint not null,
    division smallint not null,
    name text not null,
    constraint divisions_pk primary key (league_id, division),
    constraint divisions_league_fk foreign key (league_id) references leagues (id),
    constraint divisions_division_range check (division between 1 and 16),
    constraint divisions_name_length check (length(name) between 1 and 80)
);
comment on table divisions is 'The divisions of a league; none in a league without.';
create unique index divisions_name_unique on divisions (league_id, lower(name));

create table teams (
    league_id bigint not null,
    id bigint generated always as identity,
    ordinal smallint not null,
    name text not null,
    abbreviation text,
    logo_key text,
    motto text,
    division smallint,
    previous_team_id bigint,
    source_team_id text,
    waiver_rank smallint not null,
    faab_balance integer not null default 0,
    playoff_seed smallint,
    is_locked boolean not null default false,
    eliminated_week smallint,
    created_at timestamptz not null default now(),
    constraint teams_pk primary key (league_id, id),
    constraint teams_id_unique unique (id),
    constraint teams_ordinal_unique unique (league_id, ordinal),
    constraint teams_waiver_rank_unique unique (league_id, waiver_rank) deferrable initially deferred,
    constraint teams_playoff_seed_unique unique (league_id, playoff_seed) deferrable initially deferred,
    constraint teams_previous_unique unique (previous_team_id),
    constraint teams_source_unique unique (league_id, source_team_id),
    constraint teams_league_fk foreign key (league_id) references leagues (id),
    constraint teams_division_fk foreign key (league_id, division) references divisions (league_id, division),
    constraint teams_previous_fk foreign key (previous_team_id) references teams (id),
    constraint teams_ordinal_range check (ordinal between 1 and 32),
    constraint teams_name_length check (length(name) between 1 and 80 and name = btrim(name)),
    constraint teams_abbreviation_length check (length(abbreviation) between 1 and 6),
    constraint teams_logo_key_length check (length(logo_key) between 1 and 400),
    constraint teams_motto_length check (length(motto) <= 200),
    constraint teams_previous_is_other check (previous_team_id <> id),
    constraint teams_waiver_rank_range check (waiver_rank between 1 and 32),
    constraint teams_faab_not_negative check (faab_balance >= 0),
    constraint teams_playoff_seed_range check (playoff_seed between 1 and 32),
    constraint teams_eliminated_week_range check (eliminated_week between 1 and 22)
);
comment on table teams is 'The teams of a league. Records and points are derived, never stored here.';
comment on column teams.ordinal is 'The team''s number in its league, 1 to team_count.';
comment on column teams.previous_team_id is 'The same franchise in the season before.';
comment on column teams.faab_balance is 'What is left to bid: the budget plus the faab lines of transaction_items, verified against them.';
create unique index teams_name_unique on teams (league_id, lower(name));
create index teams_division_idx on teams (league_id, division);

create table team_owners (
    league_id bigint not null,
    team_id bigint not null,
    user_id bigint not null,
    is_primary boolean not null default true,
    since timestamptz not null default now(),
    constraint team_owners_pk primary key (league_id, team_id, user_id),
    constraint team_owners_one_team_per_member unique (league_id, user_id),
    constraint team_owners_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint team_owners_member_fk foreign key (league_id, user_id) references league_members (league_id, user_id)
);
comment on table team_owners is 'Who runs a team: one first owner and any co-owners; a team without a row is an orphan.';
create unique index team_owners_one_primary on team_owners (league_id, team_id) where is_primary;

create table roster_slots (
    league_id bigint not null,
    slot text not null,
    ordinal smallint not null,
    count smallint not null,
    positions text[] not null,
    is_starter boolean not null generated always as (slot not in ('BN', 'IR', 'TAXI')) stored,
    constraint roster_slots_pk primary key (league_id, slot),
    constraint roster_slots_ordinal_unique unique (league_id, ordinal) deferrable initially deferred,
    constraint roster_slots_count_unique unique (league_id, slot, count),
    constraint roster_slots_league_fk foreign key (league_id) references leagues (id),
    constraint roster_slots_slot_known check (slot in (
        'QB', 'TQB', 'RB', 'WR', 'TE', 'K', 'P', 'HC', 'DEF', 'DL', 'DE', 'DT', 'LB', 'DB', 'CB', 'S',
        'FLEX', 'WRRB_FLEX', 'REC_FLEX', 'SUPER_FLEX', 'IDP_FLEX', 'BN', 'IR', 'TAXI'
    )),
    constraint roster_slots_ordinal_range check (ordinal between 1 and 40),
    constraint roster_slots_count_range check (count between 0 and 40),
    constraint roster_slots_positions_known check (
        cardinality(positions) > 0
        and positions <@ array['QB', 'RB', 'WR', 'TE', 'K', 'DEF', 'DL', 'LB', 'DB', 'OL', 'P', 'LS', 'HC', 'UNK']
    )
);
comment on table roster_slots is 'The slots of a league''s rosters, how many of each, and which positions may fill them.';

create table roster_limits (
    league_id bigint not null,
    position text not null,
    min_count smallint not null default 0,
    max_count smallint,
    constraint roster_limits_pk primary key (league_id, position),
    constraint roster_limits_league_fk foreign key (league_id) references leagues (id),
    constraint roster_limits_position_known check (position in ('QB', 'RB', 'WR', 'TE', 'K', 'DEF', 'DL', 'LB', 'DB', 'OL', 'P', 'LS', 'HC')),
    constraint roster_limits_min_range check (min_count between 0 and 60),
    constraint roster_limits_order check (max_count between min_count and 60)
);
comment on table roster_limits is 'How many players of a position a team may hold.';

create table league_weeks (
    league_id bigint not null,
    week smallint not null,
    first_week smallint not null,
    kind text not null default 'regular',
    state text not null default 'upcoming',
    waivers_run_at timestamptz,
    finalized_at timestamptz,
    constraint league_weeks_pk primary key (league_id, week),
    constraint league_weeks_span_unique unique (league_id, week, first_week),
    constraint league_weeks_league_fk foreign key (league_id) references leagues (id),
    constraint league_weeks_first_fk foreign key (league_id, first_week, first_week) references league_weeks (league_id, week, first_week),
    constraint league_weeks_week_range check (week between 1 and 22),
    constraint league_weeks_span check (first_week between week - 1 and week),
    constraint league_weeks_kind_known check (kind in ('regular', 'playoff')),
    constraint league_weeks_state_known check (state in ('upcoming', 'open', 'provisional', 'final')),
    constraint league_weeks_finalized_by_state check ((state = 'final') = (finalized_at is not null))
);
comment on table league_weeks is 'The weeks a league plays.';
comment on column league_weeks.first_week is 'The week itself, or the week before when it is the second week of a two-week matchup.';
create unique index league_weeks_one_open on league_weeks (league_id) where state = 'open';
create index league_weeks_first_idx on league_weeks (league_id, first_week);

create view league_current_weeks as
select w.league_id,
       coalesce(
           min(w.week) filter (where w.state = 'open'),
           min(w.week) filter (where w.state in ('provisional', 'upcoming')),
           max(w.week)
       ) as week
from league_weeks w
group by w.league_id;
comment on view league_current_weeks is 'The week a league is in: the open one, else the first that is not final, else its last.';
