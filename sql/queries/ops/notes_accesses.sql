-- Writes down requests to operators' addresses.
-- param notes jsonb
-- result none
-- access write
insert into admin_access (at, actor_kind, actor_user_id, token_id, method, path, status, ip, request_id)
select n.at, n.actor, n.user_id, n.token_id, n.method, n.path, n.status, n.ip, n.request_id
from jsonb_to_recordset(:notes) as n (
    at timestamptz, actor text, user_id bigint, token_id bigint, method text, path text, status smallint, ip inet, request_id text
);
