drop index league_invites_team_idx;
alter table league_invites
    drop column team_id;
