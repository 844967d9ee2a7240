-- Keeps a command that belongs to no league yet with its first answer.
-- param user_id bigint
-- param command_id text
-- param kind text
-- param request_hash bytea
-- param status smallint
-- param answer jsonb nullable
-- param at timestamptz
-- result none
-- access write
insert into user_commands (user_id, command_id, kind, request_hash, status, answer, at)
values (:user_id, :command_id, :kind, :request_hash, :status, :answer, :at);
