drop function draft_picks_document;
drop function draft_document;
drop function league_summary;
drop function league_settings;
drop function team_ref;
drop function player_ref;
drop function event_hash;
drop function iso;
