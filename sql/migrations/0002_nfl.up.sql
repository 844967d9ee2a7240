-- The NFL: clubs, seasons, games, players and what they did. The same for every league.

create table streams (
    name text not null,
    seq bigint not null default 0,
    constraint streams_pk primary key (name),
    constraint streams_name_known check (name in ('nfl', 'audit')),
    constraint streams_seq_not_negative check (seq >= 0)
);
comment on table streams is 'The last number of each stream that is not a league''s. Locked by the transaction that takes the next.';
insert into streams (name) values ('nfl'), ('audit');

create table nfl_teams (
    code text not null,
    name text not null,
    nickname text not null,
    conference text not null,
    division text not null,
    espn_id smallint not null,
    constraint nfl_teams_pk primary key (code),
    constraint nfl_teams_name_unique unique (name),
    constraint nfl_teams_espn_id_unique unique (espn_id),
    constraint nfl_teams_code_form check (code ~ '^[A-Z]{2,3}$'),
    constraint nfl_teams_conference_known check (conference in ('AFC', 'NFC')),
    constraint nfl_teams_division_known check (division in ('East', 'North', 'South', 'West'))
);
comment on table nfl_teams is 'The 32 clubs. The code is the one nflverse uses.';

create table nfl_team_aliases (
    alias text not null,
    nfl_team_code text not null,
    constraint nfl_team_aliases_pk primary key (alias),
    constraint nfl_team_aliases_team_fk foreign key (nfl_team_code) references nfl_teams (code),
    constraint nfl_team_aliases_alias_form check (alias ~ '^[A-Z]{2,3}$')
);
comment on table nfl_team_aliases is 'Every spelling of a club''s code that a source uses, the club''s own code included.';
create index nfl_team_aliases_team_idx on nfl_team_aliases (nfl_team_code);

insert into nfl_teams (code, name, nickname, conference, division, espn_id)
values
    ('ARI', 'Arizona Cardinals', 'Cardinals', 'NFC', 'West', 22),
    ('ATL', 'Atlanta Falcons', 'Falcons', 'NFC', 'South', 1),
    ('BAL', 'Baltimore Ravens', 'Ravens', 'AFC', 'North', 33),
    ('BUF', 'Buffalo Bills', 'Bills', 'AFC', 'East', 2),
    ('CAR', 'Carolina Panthers', 'Panthers', 'NFC', 'South', 29),
    ('CHI', 'Chicago Bears', 'Bears', 'NFC', 'North', 3),
    ('CIN', 'Cincinnati Bengals', 'Bengals', 'AFC', 'North', 4),
    ('CLE', 'Cleveland Browns', 'Browns', 'AFC', 'North', 5),
    ('DAL', 'Dallas Cowboys', 'Cowboys', 'NFC', 'East', 6),
    ('DEN', 'Denver Broncos', 'Broncos', 'AFC', 'West', 7),
    ('DET', 'Detroit Lions', 'Lions', 'NFC', 'North', 8),
    ('GB', 'Green Bay Packers', 'Packers', 'NFC', 'North', 9),
    ('HOU', 'Houston Texans', 'Texans', 'AFC', 'South', 34),
    ('IND', 'Indianapolis Colts', 'Colts', 'AFC', 'South', 11),
    ('JAX', 'Jacksonville Jaguars', 'Jaguars', 'AFC', 'South', 30),
    ('KC', 'Kansas City Chiefs', 'Chiefs', 'AFC', 'West', 12),
    ('LA', 'Los Angeles Rams', 'Rams', 'NFC', 'West', 14),
    ('LAC', 'Los Angeles Chargers', 'Chargers', 'AFC', 'West', 24),
    ('LV', 'Las Vegas Raiders', 'Raiders', 'AFC', 'West', 13),
    ('MIA', 'Miami Dolphins', 'Dolphins', 'AFC', 'East', 15),
    ('MIN', 'Minnesota Vikings', 'Vikings', 'NFC', 'North', 16),
    ('NE', 'New England Patriots', 'Patriots', 'AFC', 'East', 17),
    ('NO', 'New Orleans Saints', 'Saints', 'NFC', 'South', 18),
    ('NYG', 'New York Giants', 'Giants', 'NFC', 'East', 19),
    ('NYJ', 'New York Jets', 'Jets', 'AFC', 'East', 20),
    ('PHI', 'Philadelphia Eagles', 'Eagles', 'NFC', 'East', 21),
    ('PIT', 'Pittsburgh Steelers', 'Steelers', 'AFC', 'North', 23),
    ('SEA', 'Seattle Seahawks', 'Seahawks', 'NFC', 'West', 26),
    ('SF', 'San Francisco 49ers', '49ers', 'NFC', 'West', 25),
    ('TB', 'Tampa Bay Buccaneers', 'Buccaneers', 'NFC', 'South', 27),
    ('TEN', 'Tennessee Titans', 'Titans', 'AFC', 'South', 10),
    ('WAS', 'Washington Commanders', 'Commanders', 'NFC', 'East', 28);

insert into nfl_team_aliases (alias, nfl_team_code)
values
    ('ARI', 'ARI'), ('ARZ', 'ARI'),
    ('ATL', 'ATL'),
    ('BAL', 'BAL'), ('BLT', 'BAL'),
    ('BUF', 'BUF'),
    ('CAR', 'CAR'),
    ('CHI', 'CHI'),
    ('CIN', 'CIN'),
    ('CLE', 'CLE'), ('CLV', 'CLE'),
    ('DAL', 'DAL'),
    ('DEN', 'DEN'),
    ('DET', 'DET'),
    ('GB', 'GB'), ('GBP', 'GB'),
    ('HOU', 'HOU'), ('HST', 'HOU'),
    ('IND', 'IND'),
    ('JAX', 'JAX'), ('JAC', 'JAX'),
    ('KC', 'KC'), ('KCC', 'KC'),
    ('LA', 'LA'), ('LAR', 'LA'), ('RAM', 'LA'), ('STL', 'LA'),
    ('LAC', 'LAC'), ('SD', 'LAC'), ('SDC', 'LAC'), ('SDG', 'LAC'),
    ('LV', 'LV'), ('LVR', 'LV'), ('OAK', 'LV'), ('RAI', 'LV'),
    ('MIA', 'MIA'),
    ('MIN', 'MIN'),
    ('NE', 'NE'), ('NEP', 'NE'),
    ('NO', 'NO'), ('NOS', 'NO'),
    ('NYG', 'NYG'),
    ('NYJ', 'NYJ'),
    ('PHI', 'PHI'),
    ('PIT', 'PIT'),
    ('SEA', 'SEA'),
    ('SF', 'SF'), ('SFO', 'SF'),
    ('TB', 'TB'), ('TBB', 'TB'),
    ('TEN', 'TEN'),
    ('WAS', 'WAS'), ('WSH', 'WAS');

create table seasons (
    year smallint not null,
    phase text not null default 'pre',
    current_week smallint not null default 1,
    regular_weeks smallint not null,
    last_week smallint not null,
    starts_on date,
    is_sample boolean not null default false,
    source text not null,
    updated_at timestamptz not null default now(),
    constraint seasons_pk primary key (year),
    constraint seasons_year_range check (year between 1920 and 2199),
    constraint seasons_phase_known check (phase in ('pre', 'regular', 'post', 'off')),
    constraint seasons_weeks_order check (regular_weeks between 1 and 18 and last_week between regular_weeks and 22),
    constraint seasons_current_week_range check (current_week between 1 and last_week),
    constraint seasons_source_length check (length(source) between 1 and 80)
);
comment on table seasons is 'NFL seasons. Weeks are numbered as nflverse does: 1-18 regular, 19-22 playoffs.';

create table nfl_games (
    id bigint generated always as identity,
    season smallint not null,
    season_type text not null,
    week smallint not null,
    home_team_code text not null,
    away_team_code text not null,
    kickoff timestamptz,
    state text not null default 'scheduled',
    quarter smallint,
    clock_seconds smallint,
    home_score smallint,
    away_score smallint,
    is_neutral_site boolean not null default false,
    venue text,
    roof text,
    weather jsonb,
    home_spread numeric(5, 1),
    total_line numeric(5, 1),
    nflverse_id text,
    nfl_id text,
    espn_id text,
    source text not null,
    revision integer not null default 1,
    updated_at timestamptz not null default now(),
    constraint nfl_games_pk primary key (id),
    constraint nfl_games_nflverse_id_unique unique (nflverse_id),
    constraint nfl_games_nfl_id_unique unique (nfl_id),
    constraint nfl_games_espn_id_unique unique (espn_id),
    constraint nfl_games_home_once_a_week unique (season, season_type, week, home_team_code),
    constraint nfl_games_away_once_a_week unique (season, season_type, week, away_team_code),
    constraint nfl_games_season_fk foreign key (season) references seasons (year),
    constraint nfl_games_home_fk foreign key (home_team_code) references nfl_teams (code),
    constraint nfl_games_away_fk foreign key (away_team_code) references nfl_teams (code),
    constraint nfl_games_season_type_known check (season_type in ('PRE', 'REG', 'POST')),
    constraint nfl_games_week_range check (
        (season_type = 'PRE' and week between 0 and 5)
        or (season_type = 'REG' and week between 1 and 18)
        or (season_type = 'POST' and week between 18 and 22)
    ),
    constraint nfl_games_two_teams check (home_team_code <> away_team_code),
    constraint nfl_games_state_known check (state in ('scheduled', 'in_progress', 'final', 'postponed', 'cancelled')),
    constraint nfl_games_scores_both check ((home_score is null) = (away_score is null)),
    constraint nfl_games_scores_range check (home_score between 0 and 200 and away_score between 0 and 200),
    constraint nfl_games_scores_by_state check (home_score is not null or state not in ('in_progress', 'final')),
    constraint nfl_games_kickoff_by_state check (kickoff is not null or state in ('scheduled', 'postponed', 'cancelled')),
    constraint nfl_games_quarter_range check (quarter between 1 and 10),
    constraint nfl_games_clock_range check (clock_seconds between 0 and 900),
    constraint nfl_games_roof_known check (roof in ('outdoors', 'dome', 'closed', 'open')),
    constraint nfl_games_weather_is_object check (jsonb_typeof(weather) = 'object'),
    constraint nfl_games_revision_positive check (revision > 0),
    constraint nfl_games_source_length check (length(source) between 1 and 80)
);
comment on table nfl_games is 'The NFL schedule and the state of each game. A player locks at the kickoff of his club''s game.';
comment on column nfl_games.kickoff is 'Null while the time is not known.';
create index nfl_games_home_idx on nfl_games (home_team_code, season, week);
create index nfl_games_away_idx on nfl_games (away_team_code, season, week);
create index nfl_games_kickoff_idx on nfl_games (kickoff);

create view nfl_team_games as
select g.id as game_id, g.season, g.season_type, g.week, g.home_team_code as nfl_team_code,
       g.away_team_code as opponent_code, true as is_home, g.kickoff, g.state
from nfl_games g
union all
select g.id, g.season, g.season_type, g.week, g.away_team_code, g.home_team_code, false, g.kickoff, g.state
from nfl_games g;
comment on view nfl_team_games is 'Each game twice, once from each club''s side.';

create view nfl_byes as
select s.season, t.code as nfl_team_code, w.week::smallint as week
from (select season, min(week) as first_week, max(week) as last_week
      from nfl_games
      where season_type = 'REG'
      group by season) s
cross join nfl_teams t
cross join lateral generate_series(s.first_week::integer, s.last_week::integer) as w (week)
where not exists (
    select 1
    from nfl_games g
    where g.season = s.season
      and g.season_type = 'REG'
      and g.week = w.week
      and g.state <> 'cancelled'
      and t.code in (g.home_team_code, g.away_team_code)
);
comment on view nfl_byes is 'Weeks of a regular season in which a club has no game.';

create table players (
    id bigint generated always as identity,
    full_name text not null,
    first_name text,
    last_name text,
    search_name text not null,
    position text not null,
    extra_positions text[] not null default '{}',
    source_position text,
    nfl_team_code text,
    status text not null default 'active',
    injury_status text,
    injury_note text,
    status_at timestamptz,
    jersey smallint,
    birth_date date,
    height_inches smallint,
    weight_pounds smallint,
    college text,
    rookie_season smallint,
    draft_season smallint,
    draft_round smallint,
    draft_overall smallint,
    is_sample boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint players_pk primary key (id),
    constraint players_team_fk foreign key (nfl_team_code) references nfl_teams (code),
    constraint players_full_name_length check (length(full_name) between 1 and 100),
    constraint players_search_name_form check (search_name = lower(search_name) and length(search_name) between 1 and 100),
    constraint players_position_known check (position in (
        'QB', 'RB', 'WR', 'TE', 'K', 'DEF', 'DL', 'LB', 'DB', 'OL', 'P', 'LS', 'HC', 'UNK'
    )),
    constraint players_extra_positions_known check (
        extra_positions <@ array['QB', 'RB', 'WR', 'TE', 'K', 'DL', 'LB', 'DB', 'OL', 'P', 'LS']
        and not extra_positions @> array[position]
    ),
    constraint players_defence_has_team check (position <> 'DEF' or nfl_team_code is not null),
    constraint players_status_known check (status in (
        'active', 'inactive', 'practice_squad', 'injured_reserve', 'pup', 'nfi', 'suspended', 'free_agent', 'retired', 'unknown'
    )),
    constraint players_injury_status_known check (injury_status in (
        'probable', 'questionable', 'doubtful', 'out', 'ir', 'pup', 'nfi', 'suspended', 'na', 'dnr', 'covid'
    )),
    constraint players_injury_note_length check (length(injury_note) <= 400),
    constraint players_jersey_range check (jersey between 0 and 99),
    constraint players_height_range check (height_inches between 48 and 96),
    constraint players_weight_range check (weight_pounds between 100 and 500),
    constraint players_rookie_season_range check (rookie_season between 1920 and 2199),
    constraint players_draft_round_range check (draft_round between 1 and 40),
    constraint players_draft_overall_range check (draft_overall between 1 and 600)
);
comment on table players is 'NFL players; a club''s team defence is the player with position DEF.';
comment on column players.search_name is 'Lower case, without accents and punctuation, for the search by beginning or part of a name.';
comment on column players.extra_positions is 'Further positions a league may let him fill.';
create unique index players_defence_unique on players (nfl_team_code, is_sample) where position = 'DEF';
create index players_team_idx on players (nfl_team_code);
create index players_search_idx on players (search_name text_pattern_ops);
create index players_position_idx on players (position, id);

create table player_ids (
    player_id bigint not null,
    source text not null,
    external_id text not null,
    constraint player_ids_pk primary key (source, external_id),
    constraint player_ids_player_source_unique unique (player_id, source),
    constraint player_ids_player_fk foreign key (player_id) references players (id) on delete cascade,
    constraint player_ids_source_known check (source in (
        'gsis', 'espn', 'sleeper', 'yahoo', 'mfl', 'fantasypros', 'nfl', 'pfr', 'pff', 'cfbref', 'sportradar',
        'cbs', 'rotowire', 'rotoworld', 'fleaflicker', 'fantrax', 'ktc', 'fantasycalc', 'ffc', 'stats', 'stats_global',
        'fantasy_data', 'swish', 'sample'
    )),
    constraint player_ids_external_id_length check (length(external_id) between 1 and 80)
);
comment on table player_ids is 'The id crosswalk: one id per player and source, one player per id.';

create table player_statuses (
    player_id bigint not null,
    at timestamptz not null,
    status text not null,
    injury_status text,
    injury_note text,
    nfl_team_code text,
    source text not null,
    constraint player_statuses_pk primary key (player_id, at),
    constraint player_statuses_player_fk foreign key (player_id) references players (id),
    constraint player_statuses_team_fk foreign key (nfl_team_code) references nfl_teams (code),
    constraint player_statuses_status_known check (status in (
        'active', 'inactive', 'practice_squad', 'injured_reserve', 'pup', 'nfi', 'suspended', 'free_agent', 'retired', 'unknown'
    )),
    constraint player_statuses_injury_status_known check (injury_status in (
        'probable', 'questionable', 'doubtful', 'out', 'ir', 'pup', 'nfi', 'suspended', 'na', 'dnr', 'covid'
    )),
    constraint player_statuses_injury_note_length check (length(injury_note) <= 400),
    constraint player_statuses_source_length check (length(source) between 1 and 80)
);
comment on table player_statuses is 'Each status a player has had, with the time it took effect. Append-only.';
create index player_statuses_team_idx on player_statuses (nfl_team_code);
create trigger player_statuses_append_only
before update or delete or truncate on player_statuses
for each statement execute function refuse_change();

create table player_week_stats (
    season smallint not null,
    season_type text not null,
    week smallint not null,
    player_id bigint not null,
    game_id bigint,
    nfl_team_code text,
    opponent_code text,
    stats jsonb not null,
    is_final boolean not null default false,
    revision integer not null default 1,
    source text not null,
    updated_at timestamptz not null default now(),
    constraint player_week_stats_pk primary key (season, season_type, week, player_id),
    constraint player_week_stats_season_fk foreign key (season) references seasons (year),
    constraint player_week_stats_player_fk foreign key (player_id) references players (id),
    constraint player_week_stats_game_fk foreign key (game_id) references nfl_games (id),
    constraint player_week_stats_team_fk foreign key (nfl_team_code) references nfl_teams (code),
    constraint player_week_stats_opponent_fk foreign key (opponent_code) references nfl_teams (code),
    constraint player_week_stats_season_type_known check (season_type in ('PRE', 'REG', 'POST')),
    constraint player_week_stats_week_range check (week between 0 and 22),
    constraint player_week_stats_is_object check (jsonb_typeof(stats) = 'object'),
    constraint player_week_stats_nonzero_numbers check (
        not jsonb_path_exists(stats, 'strict $.* ? (@.type() <> "number" || @ == 0)')
    ),
    constraint player_week_stats_revision_positive check (revision > 0),
    constraint player_week_stats_source_length check (length(source) between 1 and 80)
);
comment on table player_week_stats is 'What a player or a team defence did in a week: scoring''s stat keys to numbers, zeros left out.';
create index player_week_stats_player_idx on player_week_stats (player_id, season, week);
create index player_week_stats_game_idx on player_week_stats (game_id);
create index player_week_stats_team_idx on player_week_stats (nfl_team_code, season, week);
create index player_week_stats_opponent_idx on player_week_stats (opponent_code, season, week);

create table player_projections (
    season smallint not null,
    week smallint not null,
    source text not null,
    player_id bigint not null,
    stats jsonb not null,
    made_at timestamptz not null default now(),
    constraint player_projections_pk primary key (season, week, source, player_id),
    constraint player_projections_season_fk foreign key (season) references seasons (year),
    constraint player_projections_player_fk foreign key (player_id) references players (id),
    constraint player_projections_week_range check (week between 0 and 22),
    constraint player_projections_is_object check (jsonb_typeof(stats) = 'object'),
    constraint player_projections_nonzero_numbers check (
        not jsonb_path_exists(stats, 'strict $.* ? (@.type() <> "number" || @ == 0)')
    ),
    constraint player_projections_source_length check (length(source) between 1 and 80)
);
comment on table player_projections is 'Projected stat lines, so that each league scores them itself. Week 0 is the season.';
create index player_projections_player_idx on player_projections (player_id);

create table player_rankings (
    season smallint not null,
    week smallint not null default 0,
    source text not null,
    format text not null,
    player_id bigint not null,
    rank numeric(7, 2),
    adp numeric(7, 2),
    adp_stdev numeric(6, 2),
    value integer,
    updated_at timestamptz not null default now(),
    constraint player_rankings_pk primary key (season, week, source, format, player_id),
    constraint player_rankings_season_fk foreign key (season) references seasons (year),
    constraint player_rankings_player_fk foreign key (player_id) references players (id),
    constraint player_rankings_week_range check (week between 0 and 22),
    constraint player_rankings_source_length check (length(source) between 1 and 80),
    constraint player_rankings_format_known check (format in (
        'standard', 'half', 'ppr', 'superflex', 'dynasty', 'dynasty_superflex', 'rookie', 'rookie_superflex', 'best_ball', 'idp'
    )),
    constraint player_rankings_says_something check (num_nonnulls(rank, adp, value) > 0),
    constraint player_rankings_rank_positive check (rank > 0),
    constraint player_rankings_adp_positive check (adp > 0),
    constraint player_rankings_adp_stdev_not_negative check (adp_stdev >= 0),
    constraint player_rankings_value_not_negative check (value >= 0)
);
comment on table player_rankings is 'Ranks, average draft positions and trade values by source and format. Week 0 is the season.';
create index player_rankings_player_idx on player_rankings (player_id);

create table player_news (
    id bigint generated always as identity,
    player_id bigint,
    kind text not null,
    headline text not null,
    body text,
    source text not null,
    url text,
    published_at timestamptz not null,
    dedupe_key text not null,
    constraint player_news_pk primary key (id),
    constraint player_news_dedupe_unique unique (source, dedupe_key),
    constraint player_news_player_fk foreign key (player_id) references players (id),
    constraint player_news_kind_known check (kind in ('news', 'injury', 'transaction')),
    constraint player_news_headline_length check (length(headline) between 1 and 300),
    constraint player_news_body_length check (length(body) <= 20000),
    constraint player_news_url_form check (url ~ '^https?://' and length(url) <= 2000),
    constraint player_news_source_length check (length(source) between 1 and 80),
    constraint player_news_dedupe_length check (length(dedupe_key) between 1 and 200)
);
comment on table player_news is 'News items as a source published them.';
create index player_news_player_idx on player_news (player_id, published_at);
create index player_news_published_idx on player_news (published_at);

create table nfl_events (
    seq bigint not null,
    at timestamptz not null default now(),
    kind text not null,
    season smallint,
    week smallint,
    player_id bigint,
    game_id bigint,
    payload jsonb not null,
    constraint nfl_events_pk primary key (seq),
    constraint nfl_events_season_fk foreign key (season) references seasons (year),
    constraint nfl_events_player_fk foreign key (player_id) references players (id),
    constraint nfl_events_game_fk foreign key (game_id) references nfl_games (id),
    constraint nfl_events_seq_positive check (seq > 0),
    constraint nfl_events_kind_known check (kind in ('stat_line', 'stat_correction', 'game', 'status', 'week', 'import')),
    constraint nfl_events_week_range check (week between 0 and 22),
    constraint nfl_events_payload_is_object check (jsonb_typeof(payload) = 'object')
);
comment on table nfl_events is 'The nfl stream: what changed in games, stat lines and statuses, in order. Append-only; numbers from streams.';
create index nfl_events_week_idx on nfl_events (season, week, seq);
create index nfl_events_player_idx on nfl_events (player_id, seq) where player_id is not null;
create index nfl_events_game_idx on nfl_events (game_id, seq) where game_id is not null;
create trigger nfl_events_append_only
before update or delete or truncate on nfl_events
for each statement execute function refuse_change();
