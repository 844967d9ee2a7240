-- Adds a league with the schema's defaults; its settings follow.
-- param name text
-- param slug text
-- param season smallint
-- param created_by_user_id bigint
-- param created_at timestamptz
-- param is_sample boolean
-- param replay_at timestamptz nullable
-- param scoring_profile_id bigint
-- result row
-- access write
insert into leagues (
    id, name, slug, season, created_by_user_id, created_at, is_sample, replay_at, scoring_profile_id
)
overriding system value
select n.id, :name, :slug || '-' || n.id, :season, :created_by_user_id, :created_at, :is_sample, :replay_at,
       :scoring_profile_id
from (select nextval(pg_get_serial_sequence('leagues', 'id')) as id) n
returning id;
