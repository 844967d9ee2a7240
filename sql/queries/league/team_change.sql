-- Changes what a team is called and shows; null keeps what it has.
-- param league_id bigint
-- param team_id bigint
-- param name text nullable
-- param abbreviation text nullable
-- param logo_key text nullable
-- result maybe
-- access write
update teams
set name = coalesce(:name, name),
    abbreviation = coalesce(:abbreviation, abbreviation),
    logo_key = coalesce(:logo_key, logo_key)
where league_id = :league_id
  and id = :team_id
returning id;
