-- Keeps an invitation; of its code only the hash.
-- param league_id bigint
-- param code_hash bytea
-- param email text nullable
-- param role text
-- param uses_left smallint
-- param team_id bigint nullable
-- param created_by_user_id bigint
-- param created_at timestamptz
-- param expires_at timestamptz
-- result none
-- access write
insert into league_invites (
    league_id, code_hash, email, role, uses_left, team_id, created_by_user_id, created_at, expires_at
)
values (
    :league_id, :code_hash, :email, :role, :uses_left, :team_id, :created_by_user_id, :created_at, :expires_at
);
