-- Play: rosters, lineups, matchups and scores, drafts and keepers.

create table roster_entries (
    league_id bigint not null,
    player_id bigint not null,
    team_id bigint not null,
    placement text not null default 'active',
    acquired_via text not null,
    acquired_at timestamptz not null,
    acquired_seq bigint not null,
    cost integer,
    is_locked boolean not null default false,
    constraint roster_entries_player_unique primary key (league_id, player_id),
    constraint roster_entries_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint roster_entries_player_fk foreign key (player_id) references players (id),
    constraint roster_entries_event_fk foreign key (league_id, acquired_seq) references league_events (league_id, seq),
    constraint roster_entries_placement_known check (placement in ('active', 'reserve', 'taxi')),
    constraint roster_entries_acquired_via_known check (acquired_via in (
        'draft', 'keeper', 'free_agent', 'waiver', 'trade', 'commissioner', 'import'
    )),
    constraint roster_entries_cost_not_negative check (cost >= 0)
);
comment on table roster_entries is 'Who owns whom now: a player is on at most one team of a league.';
comment on column roster_entries.placement is 'reserve: on injured reserve; taxi: on the practice squad.';
comment on column roster_entries.cost is 'Auction price or FAAB paid.';
comment on column roster_entries.is_locked is 'Held by the commissioner; kickoff locks are derived from nfl_games.';
create index roster_entries_team_idx on roster_entries (league_id, team_id);
create index roster_entries_player_idx on roster_entries (player_id);
create index roster_entries_event_idx on roster_entries (league_id, acquired_seq);

create table lineup_slots (
    league_id bigint not null,
    week smallint not null,
    team_id bigint not null,
    slot text not null,
    ordinal smallint not null,
    slot_count smallint not null,
    player_id bigint,
    sub_player_id bigint,
    points numeric(8, 2),
    source_points numeric(8, 2),
    constraint lineup_slots_pk primary key (league_id, week, team_id, slot, ordinal),
    constraint lineup_slots_player_once_per_team unique (league_id, week, team_id, player_id) deferrable initially deferred,
    constraint lineup_slots_week_fk foreign key (league_id, week) references league_weeks (league_id, week),
    constraint lineup_slots_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint lineup_slots_slot_fk foreign key (league_id, slot, slot_count)
        references roster_slots (league_id, slot, count) on update cascade,
    constraint lineup_slots_player_fk foreign key (player_id) references players (id),
    constraint lineup_slots_sub_fk foreign key (sub_player_id) references players (id),
    constraint lineup_slots_ordinal_range check (ordinal between 1 and 60),
    constraint lineup_slots_within_count check (slot in ('BN', 'IR', 'TAXI') or ordinal <= slot_count),
    constraint lineup_slots_sub_is_other check (sub_player_id <> player_id),
    constraint lineup_slots_points_have_player check (player_id is not null or (points is null and source_points is null))
);
comment on table lineup_slots is 'Lineups by week, stored by delete and insert. While a week is played only starters have rows; when it is final the bench is added, as a fact.';
comment on column lineup_slots.slot_count is 'How many of the slot the league has; follows roster_slots.';
comment on column lineup_slots.sub_player_id is 'The bench player who goes in should this starter be inactive.';
comment on column lineup_slots.points is 'Frozen when the week becomes final; null before.';
comment on column lineup_slots.source_points is 'What the platform the league was imported from had.';
create unique index lineup_slots_starts_once on lineup_slots (league_id, week, player_id) where slot not in ('BN', 'IR', 'TAXI');
create index lineup_slots_team_idx on lineup_slots (league_id, team_id);
create index lineup_slots_slot_idx on lineup_slots (league_id, slot, slot_count);
create index lineup_slots_player_idx on lineup_slots (player_id, league_id) where player_id is not null;
create index lineup_slots_sub_idx on lineup_slots (sub_player_id) where sub_player_id is not null;

create table team_week_scores (
    league_id bigint not null,
    week smallint not null,
    team_id bigint not null,
    lineup_points numeric(8, 2) not null,
    adjustment numeric(8, 2) not null default 0,
    custom_points numeric(8, 2),
    reason text,
    points numeric(8, 2) not null generated always as (coalesce(custom_points, lineup_points + adjustment)) stored,
    bench_points numeric(8, 2),
    optimal_points numeric(8, 2),
    source_points numeric(8, 2),
    frozen_at timestamptz not null default now(),
    constraint team_week_scores_pk primary key (league_id, week, team_id),
    constraint team_week_scores_week_fk foreign key (league_id, week) references league_weeks (league_id, week),
    constraint team_week_scores_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint team_week_scores_reason_given check (reason is not null or (adjustment = 0 and custom_points is null)),
    constraint team_week_scores_reason_length check (length(reason) between 1 and 500),
    constraint team_week_scores_optimal_is_best check (optimal_points >= lineup_points)
);
comment on table team_week_scores is 'A team''s frozen score of a week: the sum of its lineup, a commissioner''s delta or replacement with its reason, and the total.';
comment on column team_week_scores.source_points is 'The total the platform had that the league was imported from.';
create index team_week_scores_team_idx on team_week_scores (league_id, team_id);

create table matchups (
    league_id bigint not null,
    id bigint generated always as identity,
    week smallint not null,
    game smallint not null default 1,
    bracket text not null default 'none',
    round smallint,
    position smallint,
    place smallint,
    decided_by text,
    winner text,
    note text,
    constraint matchups_pk primary key (league_id, id),
    constraint matchups_id_unique unique (id),
    constraint matchups_key_unique unique (league_id, id, week, game),
    constraint matchups_bracket_unique unique (league_id, bracket, round, position),
    constraint matchups_week_fk foreign key (league_id, week, week) references league_weeks (league_id, week, first_week),
    constraint matchups_game_range check (game between 1 and 3),
    constraint matchups_bracket_known check (bracket in ('none', 'winners', 'consolation')),
    constraint matchups_round_by_bracket check (
        (bracket = 'none') = (round is null)
        and (bracket = 'none') = (position is null)
        and (bracket <> 'none' or place is null)
    ),
    constraint matchups_round_range check (round between 1 and 6),
    constraint matchups_position_range check (position between 1 and 16),
    constraint matchups_place_range check (place between 1 and 31),
    constraint matchups_decided_by_known check (decided_by in (
        'points', 'tie', 'higher_seed', 'season_series', 'bench_points', 'bye', 'commissioner'
    )),
    constraint matchups_winner_known check (winner in ('home', 'away')),
    constraint matchups_winner_by_decision check ((winner is not null) = (decided_by is not null and decided_by <> 'tie')),
    constraint matchups_no_tie_in_bracket check (decided_by <> 'tie' or bracket = 'none'),
    constraint matchups_note_length check (length(note) <= 300)
);
comment on table matchups is 'The schedule and the bracket. A two-week matchup has its first week here; league_weeks.first_week tells its weeks.';
comment on column matchups.game is 'Number of the game within the week; above 1 only where teams play more than one opponent a week.';
comment on column matchups.position is 'From the top of the bracket, within the round.';
comment on column matchups.place is 'The better place this game decides: 1 for the final, 3 for the third-place game.';
create index matchups_week_idx on matchups (league_id, week);

create table matchup_sides (
    league_id bigint not null,
    matchup_id bigint not null,
    side text not null,
    week smallint not null,
    game smallint not null default 1,
    team_id bigint,
    seed smallint,
    from_matchup_id bigint,
    from_result text,
    points numeric(8, 2),
    constraint matchup_sides_pk primary key (league_id, matchup_id, side),
    constraint matchup_sides_team_once_a_week unique (league_id, week, game, team_id) deferrable initially deferred,
    constraint matchup_sides_matchup_fk foreign key (league_id, matchup_id, week, game)
        references matchups (league_id, id, week, game) on update cascade on delete cascade,
    constraint matchup_sides_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint matchup_sides_from_fk foreign key (league_id, from_matchup_id) references matchups (league_id, id),
    constraint matchup_sides_side_known check (side in ('home', 'away')),
    constraint matchup_sides_seed_range check (seed between 1 and 32),
    constraint matchup_sides_from_both check ((from_matchup_id is null) = (from_result is null)),
    constraint matchup_sides_from_other check (from_matchup_id <> matchup_id),
    constraint matchup_sides_from_result_known check (from_result in ('winner', 'loser')),
    constraint matchup_sides_points_have_team check (points is null or team_id is not null)
);
comment on table matchup_sides is 'The two sides of a matchup; a bye has one. A bracket''s side may wait for its team.';
comment on column matchup_sides.points is 'Frozen sum of the team''s week scores in this matchup; null before the last of its weeks is final.';
create index matchup_sides_matchup_idx on matchup_sides (league_id, matchup_id, week, game);
create index matchup_sides_team_idx on matchup_sides (league_id, team_id, week);
create index matchup_sides_from_idx on matchup_sides (league_id, from_matchup_id) where from_matchup_id is not null;

create table drafts (
    league_id bigint not null,
    id bigint generated always as identity,
    season smallint not null,
    kind text not null default 'snake',
    pool text not null default 'all',
    rounds smallint not null,
    reversal_round smallint,
    seconds_per_pick integer not null default 90,
    is_soft_timer boolean not null default false,
    night_from time,
    night_until time,
    autopick text not null default 'queue_rank_need',
    state text not null default 'scheduled',
    seq bigint not null default 0,
    current_pick smallint,
    scheduled_at timestamptz,
    started_at timestamptz,
    completed_at timestamptz,
    deadline_at timestamptz,
    paused_remaining_ms bigint,
    order_method text not null default 'random',
    order_seed bytea,
    order_commitment bytea,
    budget integer,
    min_bid integer,
    source_id text,
    constraint drafts_pk primary key (league_id, id),
    constraint drafts_id_unique unique (id),
    constraint drafts_source_unique unique (league_id, source_id),
    constraint drafts_league_fk foreign key (league_id) references leagues (id),
    constraint drafts_season_fk foreign key (season) references seasons (year),
    constraint drafts_kind_known check (kind in ('snake', 'linear', 'auction')),
    constraint drafts_pool_known check (pool in ('all', 'rookies', 'veterans')),
    constraint drafts_rounds_range check (rounds between 1 and 60),
    constraint drafts_reversal_range check (reversal_round is null or (kind = 'snake' and reversal_round between 2 and rounds)),
    constraint drafts_seconds_range check (seconds_per_pick between 5 and 604800),
    constraint drafts_night_both check ((night_from is null) = (night_until is null)),
    constraint drafts_autopick_known check (autopick in ('queue_rank_need', 'queue_rank', 'queue_only')),
    constraint drafts_state_known check (state in ('scheduled', 'running', 'paused', 'complete', 'cancelled')),
    constraint drafts_seq_not_negative check (seq >= 0),
    constraint drafts_current_pick_positive check (current_pick > 0),
    constraint drafts_pick_by_state check ((state in ('running', 'paused')) = (current_pick is not null)),
    constraint drafts_deadline_by_state check (deadline_at is null or state = 'running'),
    constraint drafts_remaining_by_state check ((state = 'paused') = (paused_remaining_ms is not null)),
    constraint drafts_remaining_not_negative check (paused_remaining_ms >= 0),
    constraint drafts_started_by_state check (started_at is not null or state in ('scheduled', 'cancelled')),
    constraint drafts_completed_by_state check ((state = 'complete') = (completed_at is not null)),
    constraint drafts_order_method_known check (order_method in ('random', 'manual', 'reverse_standings', 'reverse_potential_points', 'lottery', 'import')),
    constraint drafts_order_seed_length check (octet_length(order_seed) = 32),
    constraint drafts_order_commitment_length check (octet_length(order_commitment) = 32),
    constraint drafts_budget_by_kind check ((kind = 'auction') = (budget is not null) and (kind = 'auction') = (min_bid is not null)),
    constraint drafts_budget_range check (budget between 1 and 999999999),
    constraint drafts_min_bid_range check (min_bid between 0 and budget),
    constraint drafts_source_id_length check (length(source_id) between 1 and 100)
);
comment on table drafts is 'Drafts. The clock is a deadline; a pause keeps the time that was left.';
comment on column drafts.seq is 'Counts the draft''s changes; a client that missed one fetches the draft again.';
comment on column drafts.order_commitment is 'SHA-256 of order_seed, published before the order is drawn.';
create unique index drafts_one_open on drafts (league_id) where state in ('running', 'paused');
create index drafts_season_idx on drafts (season);
create index drafts_deadline_idx on drafts (deadline_at) where state = 'running';

create table draft_teams (
    league_id bigint not null,
    draft_id bigint not null,
    team_id bigint not null,
    slot smallint not null,
    is_autopick boolean not null default false,
    budget integer,
    constraint draft_teams_pk primary key (league_id, draft_id, team_id),
    constraint draft_teams_slot_unique unique (league_id, draft_id, slot) deferrable initially deferred,
    constraint draft_teams_draft_fk foreign key (league_id, draft_id) references drafts (league_id, id),
    constraint draft_teams_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint draft_teams_slot_range check (slot between 1 and 32),
    constraint draft_teams_budget_not_negative check (budget >= 0)
);
comment on table draft_teams is 'The order of a draft: each team''s slot in the first round, and whether it picks by itself.';
create index draft_teams_team_idx on draft_teams (league_id, team_id);

create table draft_picks (
    league_id bigint not null,
    id bigint generated always as identity,
    season smallint not null,
    pool text not null default 'all',
    round smallint,
    original_team_id bigint,
    owner_team_id bigint not null,
    draft_id bigint,
    overall smallint,
    round_pick smallint,
    player_id bigint,
    made_at timestamptz,
    made_by text,
    auto_reason text,
    is_keeper boolean not null default false,
    price integer,
    seconds_used integer,
    constraint draft_picks_pk primary key (league_id, id),
    constraint draft_picks_asset_unique unique (league_id, season, pool, round, original_team_id),
    constraint draft_picks_overall_unique unique (league_id, draft_id, overall) deferrable initially deferred,
    constraint draft_picks_round_pick_unique unique (league_id, draft_id, round, round_pick) deferrable initially deferred,
    constraint draft_picks_player_unique unique (league_id, draft_id, player_id),
    constraint draft_picks_league_fk foreign key (league_id) references leagues (id),
    constraint draft_picks_original_fk foreign key (league_id, original_team_id) references teams (league_id, id),
    constraint draft_picks_owner_fk foreign key (league_id, owner_team_id) references teams (league_id, id),
    constraint draft_picks_draft_fk foreign key (league_id, draft_id) references drafts (league_id, id),
    constraint draft_picks_player_fk foreign key (player_id) references players (id),
    constraint draft_picks_season_range check (season between 1920 and 2199),
    constraint draft_picks_pool_known check (pool in ('all', 'rookies', 'veterans')),
    constraint draft_picks_round_range check (round between 1 and 60),
    constraint draft_picks_round_both check ((round is null) = (original_team_id is null)),
    constraint draft_picks_overall_range check (overall between 1 and 1920),
    constraint draft_picks_round_pick_range check (round_pick between 1 and 32),
    constraint draft_picks_numbers_by_draft check ((draft_id is null) = (overall is null) and (round_pick is null or draft_id is not null)),
    constraint draft_picks_lot_is_bought check (round is not null or (player_id is not null and price is not null)),
    constraint draft_picks_made_together check (
        (player_id is null) = (made_at is null)
        and (player_id is null) = (made_by is null)
        and (player_id is null or draft_id is not null)
    ),
    constraint draft_picks_made_by_known check (made_by in ('manager', 'auto', 'commissioner', 'keeper', 'import')),
    constraint draft_picks_auto_reason_by_maker check ((auto_reason is not null) = (coalesce(made_by, '') = 'auto')),
    constraint draft_picks_auto_reason_known check (auto_reason in ('timeout', 'absent', 'asked')),
    constraint draft_picks_keeper_by_maker check (made_by <> 'keeper' or is_keeper),
    constraint draft_picks_price_not_negative check (price >= 0),
    constraint draft_picks_seconds_not_negative check (seconds_used >= 0)
);
comment on table draft_picks is 'Every pick as an asset: of a running draft, of a past one, or of a season to come. An auction lot has no round.';
comment on column draft_picks.overall is 'Number in its draft, 1 to teams times rounds; null while the pick belongs to no draft yet.';
create index draft_picks_original_idx on draft_picks (league_id, original_team_id) where original_team_id is not null;
create index draft_picks_owner_idx on draft_picks (league_id, owner_team_id);
create index draft_picks_player_idx on draft_picks (player_id) where player_id is not null;

alter table transaction_items
    add constraint transaction_items_pick_fk foreign key (league_id, pick_id) references draft_picks (league_id, id);
create index transaction_items_pick_idx on transaction_items (league_id, pick_id) where pick_id is not null;

create table draft_lots (
    league_id bigint not null,
    draft_id bigint not null,
    lot smallint not null,
    player_id bigint not null,
    nominating_team_id bigint not null,
    high_team_id bigint not null,
    high_bid integer not null,
    state text not null default 'open',
    deadline_at timestamptz,
    constraint draft_lots_pk primary key (league_id, draft_id, lot),
    constraint draft_lots_player_unique unique (league_id, draft_id, player_id),
    constraint draft_lots_draft_fk foreign key (league_id, draft_id) references drafts (league_id, id),
    constraint draft_lots_player_fk foreign key (player_id) references players (id),
    constraint draft_lots_nominating_fk foreign key (league_id, draft_id, nominating_team_id) references draft_teams (league_id, draft_id, team_id),
    constraint draft_lots_high_fk foreign key (league_id, draft_id, high_team_id) references draft_teams (league_id, draft_id, team_id),
    constraint draft_lots_lot_range check (lot between 1 and 1920),
    constraint draft_lots_high_bid_not_negative check (high_bid >= 0),
    constraint draft_lots_state_known check (state in ('open', 'sold')),
    constraint draft_lots_deadline_by_state check (deadline_at is null or state = 'open')
);
comment on table draft_lots is 'Players up for bids in an auction draft, with the highest bid so far.';
create index draft_lots_player_idx on draft_lots (player_id);
create index draft_lots_nominating_idx on draft_lots (league_id, draft_id, nominating_team_id);
create index draft_lots_high_idx on draft_lots (league_id, draft_id, high_team_id);

create table draft_bids (
    league_id bigint not null,
    draft_id bigint not null,
    lot smallint not null,
    team_id bigint not null,
    max_amount integer not null,
    at timestamptz not null,
    constraint draft_bids_pk primary key (league_id, draft_id, lot, team_id),
    constraint draft_bids_lot_fk foreign key (league_id, draft_id, lot) references draft_lots (league_id, draft_id, lot),
    constraint draft_bids_team_fk foreign key (league_id, draft_id, team_id) references draft_teams (league_id, draft_id, team_id),
    constraint draft_bids_amount_not_negative check (max_amount >= 0)
);
comment on table draft_bids is 'The most each team bids on a lot; sealed in a slow auction.';
create index draft_bids_team_idx on draft_bids (league_id, draft_id, team_id);

create table draft_queues (
    league_id bigint not null,
    team_id bigint not null,
    player_id bigint not null,
    kind text not null default 'queue',
    rank smallint not null,
    max_bid integer,
    constraint draft_queues_pk primary key (league_id, team_id, player_id),
    constraint draft_queues_rank_unique unique (league_id, team_id, kind, rank) deferrable initially deferred,
    constraint draft_queues_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint draft_queues_player_fk foreign key (player_id) references players (id),
    constraint draft_queues_kind_known check (kind in ('queue', 'rank', 'exclude')),
    constraint draft_queues_rank_positive check (rank > 0),
    constraint draft_queues_max_bid_not_negative check (max_bid >= 0)
);
comment on table draft_queues is 'What a team wants: its queue, its own ranking, and whom it never takes.';
create index draft_queues_player_idx on draft_queues (player_id);

create table keepers (
    league_id bigint not null,
    id bigint generated always as identity,
    team_id bigint not null,
    player_id bigint not null,
    state text not null default 'proposed',
    cost_round smallint,
    cost_amount integer,
    years_kept smallint not null default 1,
    pick_id bigint,
    proposed_at timestamptz not null default now(),
    decided_at timestamptz,
    constraint keepers_pk primary key (league_id, id),
    constraint keepers_pick_unique unique (league_id, pick_id),
    constraint keepers_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint keepers_player_fk foreign key (player_id) references players (id),
    constraint keepers_pick_fk foreign key (league_id, pick_id) references draft_picks (league_id, id),
    constraint keepers_state_known check (state in ('proposed', 'confirmed', 'refused', 'withdrawn')),
    constraint keepers_decided_by_state check ((state = 'proposed') = (decided_at is null)),
    constraint keepers_one_cost check (num_nonnulls(cost_round, cost_amount) <= 1),
    constraint keepers_cost_round_range check (cost_round between 1 and 60),
    constraint keepers_cost_amount_not_negative check (cost_amount >= 0),
    constraint keepers_years_range check (years_kept between 1 and 30),
    constraint keepers_pick_by_state check (pick_id is null or state = 'confirmed')
);
comment on table keepers is 'Players a team wants to keep for this season, and what that costs.';
create unique index keepers_player_unique on keepers (league_id, player_id) where state in ('proposed', 'confirmed');
create index keepers_team_idx on keepers (league_id, team_id);
create index keepers_player_idx on keepers (player_id);
