-- Wrong data, one case each: "-- name: the constraint that refuses it", or "accepted". Each runs alone on
-- fixture.sql, deferred constraints are checked at its end, and everything is rolled back.

-- an_address_is_used_by_one_account: users_email_unique
insert into users (email, display_name) values ('ann@example.org', 'Ann again');

-- an_address_is_stored_in_lower_case: users_email_form
insert into users (email, display_name) values ('Dan@example.org', 'Dan');

-- an_account_has_an_address: users_email_by_state
insert into users (display_name) values ('Nobody');

-- a_placeholder_is_no_operator: users_operator_by_state
update users set is_operator = true where id = 4;

-- a_disabled_account_gets_no_session: sessions_user_active
insert into sessions (user_id, token_hash, csrf_secret, expires_at) values (5, sha256('c'), sha256('d'), now() + interval '1 day');

-- a_disabled_account_gets_no_token: api_tokens_user_active
insert into api_tokens (user_id, name, token_hash, hint, scopes) values (5, 'script', sha256('c'), 'af_1', array['read']);

-- a_session_token_is_stored_as_a_hash: sessions_token_hash_length
insert into sessions (user_id, token_hash, csrf_secret, expires_at) values (1, 'secret', sha256('d'), now() + interval '1 day');

-- a_token_has_scopes: api_tokens_scopes_form
insert into api_tokens (user_id, name, token_hash, hint, scopes) values (1, 'script', sha256('c'), 'af_1', '{}');

-- a_person_of_another_platform_is_one_person: user_links_pk
insert into user_links (user_id, source, external_id) values (1, 'sleeper', '9'), (2, 'sleeper', '9');

-- a_club_is_an_nfl_club: players_team_fk
update players set nfl_team_code = 'LAR' where id = 1;

-- a_club_is_at_home_once_a_week: nfl_games_home_once_a_week
insert into nfl_games (season, season_type, week, home_team_code, away_team_code, source) values (2024, 'REG', 1, 'KC', 'LV', 'test');

-- a_club_does_not_play_itself: nfl_games_two_teams
insert into nfl_games (season, season_type, week, home_team_code, away_team_code, source) values (2024, 'REG', 3, 'KC', 'KC', 'test');

-- a_final_game_has_a_score: nfl_games_scores_by_state
update nfl_games set state = 'final' where id = 1;

-- a_game_that_runs_has_a_kickoff: nfl_games_kickoff_by_state
update nfl_games set state = 'in_progress', kickoff = null, home_score = 0, away_score = 0 where id = 1;

-- a_position_is_a_known_one: players_position_known
update players set position = 'DST' where id = 20;

-- a_club_has_one_defence: players_defence_unique
insert into players (full_name, search_name, position, nfl_team_code) values ('Chiefs', 'chiefs', 'DEF', 'KC');

-- an_outside_id_is_one_player: player_ids_pk
insert into player_ids (player_id, source, external_id) values (2, 'gsis', '00-0000001');

-- a_player_has_one_id_per_source: player_ids_player_source_unique
insert into player_ids (player_id, source, external_id) values (1, 'gsis', '00-0000002');

-- a_source_of_ids_is_a_known_one: player_ids_source_known
insert into player_ids (player_id, source, external_id) values (1, 'gisis', '1');

-- statistics_are_numbers: player_week_stats_nonzero_numbers
update player_week_stats set stats = '{"pass_yd": "291"}';

-- statistics_are_not_lists: player_week_stats_nonzero_numbers
update player_week_stats set stats = '{"pass_yd": [291]}';

-- statistics_leave_zeros_out: player_week_stats_nonzero_numbers
update player_week_stats set stats = '{"pass_yd": 291, "pass_int": 0}';

-- a_player_without_statistics_is_stored: accepted
update player_week_stats set stats = '{}';

-- a_player_has_one_stat_line_a_week: player_week_stats_pk
insert into player_week_stats (season, season_type, week, player_id, stats, source) values (2024, 'REG', 1, 1, '{}', 'test');

-- the_nfl_stream_is_never_changed: nfl_events_append_only
update nfl_events set payload = '{"a": 1}';

-- a_ranking_says_something: player_rankings_says_something
insert into player_rankings (season, source, format, player_id) values (2024, 'test', 'ppr', 1);

-- a_scoring_profile_is_one_set_of_rules: scoring_profiles_hash_unique
insert into scoring_profiles (hash) values (sha256('half'));

-- a_scoring_rule_is_never_changed: scoring_rules_immutable
update scoring_rules set weight = 0.05;

-- a_scoring_rule_is_there_once: scoring_rules_rule_unique
insert into scoring_rules (profile_id, ordinal, stat_key, weight) values (1, 2, 'pass_yd', 0.05);

-- a_band_has_an_edge: scoring_rules_band_has_edge
insert into scoring_rules (profile_id, ordinal, stat_key, kind, weight) values (1, 2, 'rush_yd', 'band', 3);

-- a_band_is_not_upside_down: scoring_rules_band_order
insert into scoring_rules (profile_id, ordinal, stat_key, kind, weight, band_from, band_to) values (1, 2, 'rush_yd', 'band', 3, 200, 100);

-- two_bands_of_one_statistic_are_stored: accepted
insert into scoring_rules (profile_id, ordinal, stat_key, kind, weight, band_from, band_to) values (1, 2, 'rush_yd', 'band', 3, 100, 200), (1, 3, 'rush_yd', 'band', 5, 200, null);

-- a_league_follows_one_league_only_once: leagues_previous_unique
insert into leagues (name, slug, season, created_by_user_id, scoring_profile_id, previous_league_id) values ('Next', 'next', 2024, 1, 1, 1), ('Other', 'other', 2024, 1, 1, 1);

-- no_more_teams_reach_the_playoffs_than_there_are: leagues_playoff_teams_range
update leagues set playoff_teams = 6 where id = 1;

-- playoffs_need_weeks: leagues_playoffs_by_weeks
update leagues set playoff_start_week = 18 where id = 1;

-- a_league_without_playoffs_is_stored: accepted
update leagues set playoff_start_week = 18, playoff_teams = 0 where id = 1;

-- the_lowest_bid_is_within_the_budget: leagues_faab_min_bid_range
update leagues set faab_min_bid = 101 where id = 1;

-- a_vote_needs_a_number_of_votes: leagues_trade_votes_by_review
update leagues set trade_review = 'vote' where id = 1;

-- a_redraft_league_keeps_nobody: leagues_keepers_by_kind
update leagues set keepers_max = 2 where id = 1;

-- a_league_has_one_commissioner: league_members_one_commissioner
update league_members set role = 'commissioner' where league_id = 1 and user_id = 2;

-- a_person_is_in_a_league_once: league_members_user_unique
insert into league_members (league_id, user_id) values (1, 2);

-- a_team_name_is_used_once_whatever_its_case: teams_name_unique
update teams set name = 'ORPHANS' where id = 1;

-- a_team_is_not_in_another_leagues_division: teams_division_fk
update teams set division = 1 where id = 5;

-- waiver_ranks_differ: teams_waiver_rank_unique
update teams set waiver_rank = 1 where id = 2;

-- two_teams_swap_their_waiver_ranks: accepted
update teams set waiver_rank = 3 - waiver_rank where id in (1, 2);

-- nobody_spends_more_than_he_has: teams_faab_not_negative
update teams set faab_balance = faab_balance - 101 where id = 1;

-- a_member_runs_one_team: team_owners_one_team_per_member
insert into team_owners (league_id, team_id, user_id, is_primary) values (1, 2, 1, false);

-- a_team_has_one_first_owner: team_owners_one_primary
insert into team_owners (league_id, team_id, user_id) values (1, 1, 3);

-- a_team_has_a_co_owner: accepted
insert into team_owners (league_id, team_id, user_id, is_primary) values (1, 1, 3, false);

-- an_owner_is_a_member: team_owners_member_fk
insert into team_owners (league_id, team_id, user_id) values (2, 5, 2);

-- a_slot_is_a_known_one: roster_slots_slot_known
insert into roster_slots (league_id, slot, ordinal, count, positions) values (1, 'DST', 9, 1, array['DEF']);

-- one_week_is_open_at_a_time: league_weeks_one_open
update league_weeks set state = 'open' where league_id = 1 and week = 2;

-- a_final_week_says_when: league_weeks_finalized_by_state
update league_weeks set state = 'final' where league_id = 1 and week = 1;

-- a_two_week_matchup_does_not_start_in_its_second_week: matchups_week_fk
insert into matchups (league_id, week) values (1, 16);

-- a_command_is_obeyed_once: league_commands_pk
insert into league_commands (league_id, command_id, kind, actor_kind, actor_user_id, request_hash, status) values (1, 'c1', 'team.rename', 'user', 1, sha256('y'), 200);

-- an_event_has_a_command: league_events_command_fk
insert into league_events (league_id, seq, command_id, kind, actor_kind, visibility, payload, at, prev_hash, hash) values (1, 2, 'c9', 'week.opened', 'system', 'league', '{}', now(), sha256('1'), sha256('2'));

-- an_event_number_is_taken_once: league_events_pk
insert into league_events (league_id, seq, command_id, kind, actor_kind, visibility, payload, at, prev_hash, hash) values (1, 1, 'c1', 'week.opened', 'system', 'league', '{}', now(), decode(repeat('00', 32), 'hex'), sha256('2'));

-- only_the_first_event_begins_the_chain: league_events_first_link
insert into league_events (league_id, seq, command_id, kind, actor_kind, visibility, payload, at, prev_hash, hash) values (1, 2, 'c1', 'week.opened', 'system', 'league', '{}', now(), decode(repeat('00', 32), 'hex'), sha256('2'));

-- a_sealed_event_belongs_to_a_team: league_events_team_by_visibility
insert into league_events (league_id, seq, command_id, kind, actor_kind, visibility, payload, at, prev_hash, hash) values (1, 2, 'c1', 'waiver.bid', 'system', 'sealed', '{}', now(), sha256('1'), sha256('2'));

-- an_event_is_never_changed: league_events_append_only
update league_events set payload = '{"a": 1}';

-- an_event_is_never_deleted: league_events_append_only
delete from league_events;

-- the_ledger_is_never_emptied: league_events_append_only
truncate league_events cascade;

-- a_league_with_a_ledger_is_not_deleted: league_members_league_fk
delete from leagues where id = 1;

-- a_move_is_undone_once: transactions_reverses_unique
insert into transactions (league_id, seq, kind, at, reverses_id, reason) values (1, 1, 'commissioner', now(), 1, 'wrong'), (1, 1, 'commissioner', now(), 1, 'again');

-- a_commissioner_gives_a_reason: transactions_reason_by_kind
insert into transactions (league_id, seq, kind, at) values (1, 1, 'commissioner', now());

-- a_player_moves_once_in_a_transaction: transaction_items_player_unique
insert into transaction_items (league_id, transaction_id, ordinal, team_id, kind, player_id) values (1, 1, 2, 2, 'player_in', 1);

-- faab_is_whole: transaction_items_faab_is_whole
insert into transaction_items (league_id, transaction_id, ordinal, team_id, kind, amount) values (1, 1, 2, 1, 'faab', -10.5);

-- a_player_is_on_one_team_of_a_league: roster_entries_player_unique
insert into roster_entries (league_id, player_id, team_id, acquired_via, acquired_at, acquired_seq) values (1, 1, 2, 'waiver', now(), 1);

-- a_player_is_not_on_a_team_of_another_league: roster_entries_team_fk
update roster_entries set team_id = 5 where player_id = 1;

-- a_slot_is_not_filled_beyond_its_count: lineup_slots_within_count
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id) values (1, 1, 1, 'QB', 2, 1, 4);

-- the_count_of_a_slot_is_not_invented: lineup_slots_slot_fk
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id) values (1, 1, 1, 'QB', 2, 2, 4);

-- a_slot_that_is_used_is_not_taken_away: lineup_slots_within_count
update roster_slots set count = 0 where league_id = 1 and slot = 'RB';

-- the_count_of_a_slot_grows_during_the_season: accepted
update roster_slots set count = 3 where league_id = 1 and slot = 'RB';

-- a_bench_may_be_over_its_count: accepted
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id) values (1, 1, 1, 'BN', 3, 2, 9);

-- a_player_starts_for_one_team_a_week: lineup_slots_starts_once
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id) values (1, 1, 2, 'QB', 1, 1, 1);

-- a_player_is_in_one_slot_a_week: lineup_slots_player_once_per_team
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id) values (1, 1, 1, 'BN', 1, 2, 1);

-- an_empty_slot_has_no_points: lineup_slots_points_have_player
insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, points) values (1, 1, 1, 'RB', 2, 2, 3);

-- a_changed_score_has_a_reason: team_week_scores_reason_given
insert into team_week_scores (league_id, week, team_id, lineup_points, adjustment) values (1, 1, 1, 100.5, -2);

-- a_lineup_is_not_better_than_the_best: team_week_scores_optimal_is_best
insert into team_week_scores (league_id, week, team_id, lineup_points, optimal_points) values (1, 1, 1, 100.5, 100.4);

-- a_total_is_not_written_by_hand: 428C9
insert into team_week_scores (league_id, week, team_id, lineup_points, points) values (1, 1, 1, 100.5, 200);

-- a_team_plays_once_a_week: matchup_sides_team_once_a_week
insert into matchup_sides (league_id, matchup_id, side, week, team_id) values (1, 2, 'away', 1, 1);

-- a_side_is_in_the_week_of_its_matchup: matchup_sides_matchup_fk
insert into matchup_sides (league_id, matchup_id, side, week, team_id) values (1, 2, 'away', 2, 4);

-- a_bracket_game_is_not_tied: matchups_no_tie_in_bracket
insert into matchups (league_id, week, bracket, round, position, decided_by) values (1, 15, 'winners', 1, 1, 'tie');

-- a_decided_matchup_has_a_winner: matchups_winner_by_decision
update matchups set decided_by = 'points' where id = 1;

-- a_league_has_one_draft_under_way: drafts_one_open
insert into drafts (league_id, season, rounds, state, current_pick, started_at) values (1, 2024, 15, 'running', 1, now()), (1, 2024, 15, 'running', 1, now());

-- a_paused_draft_keeps_its_time: drafts_remaining_by_state
update drafts set state = 'paused', current_pick = 1, started_at = now() where id = 1;

-- a_linear_draft_does_not_reverse: drafts_reversal_range
update drafts set kind = 'linear', reversal_round = 3 where id = 1;

-- a_linear_draft_is_stored: accepted
update drafts set kind = 'linear' where id = 1;

-- an_auction_has_a_budget: drafts_budget_by_kind
update drafts set kind = 'auction' where id = 1;

-- a_draft_slot_has_one_team: draft_teams_slot_unique
insert into draft_teams (league_id, draft_id, team_id, slot) values (1, 1, 3, 2);

-- a_player_is_drafted_once: draft_picks_player_unique
update draft_picks set player_id = 1, made_at = now(), made_by = 'manager' where id = 2;

-- a_pick_number_is_used_once: draft_picks_overall_unique
insert into draft_picks (league_id, season, round, original_team_id, owner_team_id, draft_id, overall) values (1, 2024, 2, 1, 1, 1, 2);

-- a_pick_exists_once: draft_picks_asset_unique
insert into draft_picks (league_id, season, round, original_team_id, owner_team_id) values (1, 2024, 1, 1, 2);

-- a_future_pick_is_stored: accepted
insert into draft_picks (league_id, season, round, original_team_id, owner_team_id) values (1, 2026, 1, 1, 2);

-- a_made_pick_says_when_and_by_whom: draft_picks_made_together
update draft_picks set player_id = 3 where id = 2;

-- an_automatic_pick_says_why: draft_picks_auto_reason_by_maker
update draft_picks set player_id = 3, made_at = now(), made_by = 'auto' where id = 2;

-- an_open_pick_has_no_reason: draft_picks_auto_reason_by_maker
update draft_picks set auto_reason = 'timeout' where id = 2;

-- a_player_is_kept_by_one_team: keepers_player_unique
insert into keepers (league_id, team_id, player_id) values (1, 1, 1), (1, 2, 1);

-- a_waiver_run_is_planned_once: waiver_runs_due_unique
insert into waiver_runs (league_id, week, due_at) values (1, 1, '2024-09-11T07:00:00Z');

-- a_claim_is_pending_once: waiver_claims_pending_unique
insert into waiver_claims (league_id, team_id, add_player_id, bid, rank, made_at) values (1, 1, 7, 20, 2, now());

-- a_claimed_player_is_not_the_dropped_one: waiver_claims_two_players
update waiver_claims set drop_player_id = 7;

-- a_lost_claim_says_why: waiver_claims_reason_by_state
update waiver_claims set state = 'lost', run_id = 1, decided_at = now();

-- a_winner_pays_no_more_than_he_bid: waiver_claims_price_range
update waiver_claims set state = 'won', run_id = 1, decided_at = now(), price = 11;

-- a_player_is_won_once_in_a_run: waiver_claims_won_unique
insert into waiver_claims (league_id, team_id, add_player_id, rank, state, run_id, made_at, decided_at) values (1, 1, 8, 2, 'won', 1, now(), now()), (1, 2, 8, 1, 'won', 1, now(), now());

-- a_traded_thing_is_between_the_parties: trade_items_to_fk
insert into trade_items (league_id, trade_id, ordinal, kind, from_team_id, to_team_id, amount) values (1, 1, 2, 'faab', 1, 3, 5);

-- a_player_is_in_a_trade_once: trade_items_player_unique
insert into trade_items (league_id, trade_id, ordinal, kind, from_team_id, to_team_id, player_id) values (1, 1, 2, 'player', 2, 1, 1);

-- a_party_does_not_vote: trade_votes_not_a_party
insert into trade_votes (league_id, trade_id, team_id, user_id, vote, at) values (1, 1, 2, 2, 'allow', now());

-- a_team_votes_once: trade_votes_pk
insert into trade_votes (league_id, trade_id, team_id, user_id, vote, at) values (1, 1, 3, 3, 'veto', now()), (1, 1, 3, 1, 'veto', now());

-- an_executed_trade_has_its_transaction: trades_transaction_by_state
update trades set state = 'executed', accepted_at = now(), review = 'none', decided_at = now();

-- a_vote_on_a_trade_has_its_number: trades_veto_votes_by_review
update trades set state = 'in_review', accepted_at = now(), review = 'vote', review_until = now();

-- a_review_that_is_none_has_no_end: trades_review_until_by_review
update trades set state = 'accepted', accepted_at = now(), review = 'none', review_until = now();

-- a_message_is_not_posted_twice: chat_messages_client_key_unique
insert into chat_messages (channel_id, seq, author_user_id, body, client_key) values (1, 2, 1, 'a', 'k'), (1, 3, 1, 'a', 'k');

-- a_message_is_not_too_long: chat_messages_body_length
insert into chat_messages (channel_id, seq, author_user_id, body) values (1, 2, 1, repeat('a', 1001));

-- a_league_has_one_general_channel: chat_channels_league_unique
insert into chat_channels (league_id, kind) values (1, 'general');

-- a_job_is_open_once: jobs_open_key_unique
insert into jobs (kind, key, run_at) values ('waivers.run', '1:1', now());

-- a_running_job_has_a_lease: jobs_lease_by_state
update jobs set state = 'running', worker = 'w', started_at = now();

-- the_audit_log_is_never_changed: audit_log_append_only
delete from audit_log;

-- a_rollup_starts_at_its_grain: metric_rollups_bucket_is_whole
insert into metric_rollups (grain, bucket, name, node, count, sum) values ('hour', '2024-09-06T00:20:00Z', 'requests', 'n1', 1, 1);

-- a_reply_has_no_title: feedback_head_or_reply
insert into feedback (parent_id, title, body) overriding system value values (1, 'Again', 'It happened again');

-- a_block_is_an_address: ops_controls_ip_block_is_address
insert into ops_controls (kind, key, value, reason) values ('ip_block', 'example.org', '{}', 'scan');
