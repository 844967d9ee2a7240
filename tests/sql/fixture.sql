-- A small league in the middle of its season: the ground on which refusals.sql puts wrong data.

insert into users (id, email, display_name, state)
overriding system value
values (1, 'ann@example.org', 'Ann', 'active'),
       (2, 'bob@example.org', 'Bob', 'active'),
       (3, 'cem@example.org', 'Cem', 'active'),
       (4, null, 'Manager 4', 'placeholder'),
       (5, 'eva@example.org', 'Eva', 'disabled');

insert into sessions (user_id, token_hash, csrf_secret, expires_at)
values (3, sha256('a'), sha256('b'), now() + interval '7 days');

insert into seasons (year, phase, current_week, regular_weeks, last_week, source)
values (2024, 'off', 18, 18, 22, 'test');

insert into nfl_games (id, season, season_type, week, home_team_code, away_team_code, kickoff, source)
overriding system value
values (1, 2024, 'REG', 1, 'KC', 'BAL', '2024-09-06T00:20:00Z', 'test'),
       (2, 2024, 'REG', 2, 'KC', 'CIN', '2024-09-15T20:25:00Z', 'test');

insert into players (id, full_name, search_name, position, nfl_team_code)
overriding system value
select n, 'Player ' || n, 'player ' || n, (array['QB', 'RB', 'WR', 'TE'])[1 + n % 4], 'KC'
from generate_series(1, 12) n;

insert into players (id, full_name, search_name, position, nfl_team_code)
overriding system value
values (20, 'Kansas City Chiefs', 'kansas city chiefs', 'DEF', 'KC');

insert into player_ids (player_id, source, external_id)
values (1, 'gsis', '00-0000001');

insert into player_week_stats (season, season_type, week, player_id, game_id, stats, source)
values (2024, 'REG', 1, 1, 1, '{"pass_yd": 291, "pass_td": 1}', 'test');

insert into nfl_events (seq, kind, season, week, player_id, payload)
values (1, 'stat_line', 2024, 1, 1, '{}');

insert into scoring_profiles (id, hash, preset)
overriding system value
values (1, sha256('half'), 'half');

insert into scoring_rules (profile_id, ordinal, stat_key, weight)
values (1, 1, 'pass_yd', 0.04);

insert into leagues (id, name, slug, season, created_by_user_id, scoring_profile_id, team_count, playoff_teams)
overriding system value
values (1, 'First', 'first', 2024, 1, 1, 4, 2),
       (2, 'Second', 'second', 2024, 1, 1, 4, 2);

insert into league_members (league_id, user_id, role)
values (1, 1, 'commissioner'), (1, 2, 'manager'), (1, 3, 'manager'), (2, 1, 'commissioner');

insert into divisions (league_id, division, name)
values (1, 1, 'East');

insert into teams (league_id, id, ordinal, name, waiver_rank, faab_balance)
overriding system value
values (1, 1, 1, 'Ann''s Team', 1, 100),
       (1, 2, 2, 'Bob''s Team', 2, 100),
       (1, 3, 3, 'Cem''s Team', 3, 100),
       (1, 4, 4, 'Orphans', 4, 100),
       (2, 5, 1, 'Elsewhere', 1, 100);

insert into team_owners (league_id, team_id, user_id)
values (1, 1, 1), (1, 2, 2);

insert into roster_slots (league_id, slot, ordinal, count, positions)
values (1, 'QB', 1, 1, array['QB']),
       (1, 'RB', 2, 2, array['RB']),
       (1, 'BN', 3, 2, array['QB', 'RB', 'WR', 'TE']);

insert into league_weeks (league_id, week, first_week, kind, state)
values (1, 1, 1, 'regular', 'open'),
       (1, 2, 2, 'regular', 'upcoming'),
       (1, 15, 15, 'playoff', 'upcoming'),
       (1, 16, 15, 'playoff', 'upcoming');

insert into league_commands (league_id, command_id, kind, actor_kind, actor_user_id, request_hash, first_seq, last_seq, status)
values (1, 'c1', 'league.create', 'user', 1, sha256('x'), 1, 1, 201);

insert into league_events (league_id, seq, command_id, kind, actor_kind, actor_user_id, visibility, payload, at, prev_hash, hash)
values (1, 1, 'c1', 'league.created', 'user', 1, 'league', '{}', now(), decode(repeat('00', 32), 'hex'), sha256('1'));

insert into transactions (league_id, id, seq, kind, at)
overriding system value
values (1, 1, 1, 'trade', now());

insert into transaction_items (league_id, transaction_id, ordinal, team_id, kind, player_id)
values (1, 1, 1, 1, 'player_in', 1);

insert into roster_entries (league_id, player_id, team_id, acquired_via, acquired_at, acquired_seq)
values (1, 1, 1, 'draft', now(), 1),
       (1, 2, 2, 'draft', now(), 1);

insert into lineup_slots (league_id, week, team_id, slot, ordinal, slot_count, player_id)
values (1, 1, 1, 'QB', 1, 1, 1),
       (1, 1, 1, 'RB', 1, 2, 5);

insert into matchups (league_id, id, week)
overriding system value
values (1, 1, 1), (1, 2, 1), (1, 3, 2);

insert into matchup_sides (league_id, matchup_id, side, week, team_id)
values (1, 1, 'home', 1, 1), (1, 1, 'away', 1, 2), (1, 2, 'home', 1, 3);

insert into drafts (league_id, id, season, rounds)
overriding system value
values (1, 1, 2024, 15);

insert into draft_teams (league_id, draft_id, team_id, slot)
values (1, 1, 1, 1), (1, 1, 2, 2);

insert into draft_picks (league_id, id, season, round, original_team_id, owner_team_id, draft_id, overall, round_pick, player_id, made_at, made_by)
overriding system value
values (1, 1, 2024, 1, 1, 1, 1, 1, 1, 1, now(), 'manager'),
       (1, 2, 2024, 1, 2, 2, 1, 2, 2, null, null, null);

insert into waiver_runs (league_id, id, week, due_at)
overriding system value
values (1, 1, 1, '2024-09-11T07:00:00Z');

insert into waiver_claims (league_id, team_id, add_player_id, bid, rank, made_at)
values (1, 1, 7, 10, 1, now());

insert into trades (league_id, id, proposer_team_id, proposed_at, expires_at)
overriding system value
values (1, 1, 1, now(), now() + interval '2 days');

insert into trade_teams (league_id, trade_id, team_id)
values (1, 1, 1), (1, 1, 2);

insert into trade_items (league_id, trade_id, ordinal, kind, from_team_id, to_team_id, player_id)
values (1, 1, 1, 'player', 1, 2, 1);

insert into chat_channels (id, league_id, kind)
overriding system value
values (1, 1, 'general');

insert into chat_messages (channel_id, seq, author_user_id, body)
values (1, 1, 1, 'Hello');

insert into jobs (kind, key, run_at)
values ('waivers.run', '1:1', now());

insert into audit_log (seq, at, actor_kind, action, prev_hash, hash)
values (1, now(), 'system', 'audit.start', decode(repeat('00', 32), 'hex'), sha256('1'));

-- Rows that the cases add get ids of their own.
select setval(pg_get_serial_sequence(quote_ident(table_name), column_name), 1000)
from information_schema.columns
where table_schema = 'public'
  and is_identity = 'YES';
