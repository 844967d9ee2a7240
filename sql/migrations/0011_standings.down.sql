-- Takes back what 0011_standings.up.sql made.

drop view matchup_documents;
drop view matchup_side_documents;
drop function team_lines(bigint, bigint, smallint);
drop function lineup_tag(bigint, bigint, smallint);
drop function effective_lineup(bigint, bigint, smallint);
drop view team_refs;
drop view player_week_games;
drop view player_week_clubs;
drop function game_ref(nfl_games, timestamptz);
drop function is_scored_at(timestamptz, timestamptz);
drop function game_state_at(text, timestamptz, timestamptz);
drop table player_week_projections;
drop table player_week_points;
drop table league_standings;
