-- An invitation can be for one team that has no manager.

alter table league_invites
    add column team_id bigint,
    add constraint league_invites_team_fk foreign key (league_id, team_id) references teams (league_id, id);
comment on column league_invites.team_id is 'The team that is handed over; null: a new team, or any without a manager.';
create index league_invites_team_idx on league_invites (league_id, team_id) where team_id is not null;
