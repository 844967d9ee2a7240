-- A command of a user that belongs to no league yet, if it was given before.
-- param user_id bigint
-- param command_id text
-- param request_hash bytea
-- result maybe
-- access write
select c.kind, c.request_hash = :request_hash as is_same, c.status, c.answer::text as answer
from user_commands c
where c.user_id = :user_id
  and c.command_id = :command_id;
