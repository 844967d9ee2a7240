-- Keeps a command that was obeyed with its first answer.
-- param league_id bigint
-- param command_id text
-- param kind text
-- param actor_kind text
-- param actor_user_id bigint nullable
-- param request_hash bytea
-- param first_seq bigint
-- param last_seq bigint
-- param status smallint
-- param answer jsonb nullable
-- param at timestamptz
-- result none
-- access write
insert into league_commands (
    league_id, command_id, kind, actor_kind, actor_user_id, request_hash, first_seq, last_seq, status, answer, at
)
values (
    :league_id, :command_id, :kind, :actor_kind, :actor_user_id, :request_hash, :first_seq, :last_seq, :status, :answer,
    :at
);
