-- Makes a member the manager of a team; the first one is its primary.
-- param league_id bigint
-- param team_id bigint
-- param user_id bigint
-- param at timestamptz
-- result none
-- access write
insert into team_owners (league_id, team_id, user_id, is_primary, since)
select :league_id, :team_id, :user_id,
       not exists (select from team_owners o where o.league_id = :league_id and o.team_id = :team_id and o.is_primary),
       :at;
