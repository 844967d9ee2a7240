-- Notes a try to sign in or a change of rights.
-- param kind text
-- param outcome text
-- param user_id bigint nullable
-- param email_hash bytea nullable
-- param ip inet nullable
-- param agent text nullable
-- param reason text nullable
-- param request_id text nullable
-- result none
-- access write
insert into auth_events (kind, outcome, user_id, email_hash, ip, agent, reason, request_id)
values (:kind, :outcome, :user_id, :email_hash, :ip, :agent, :reason, :request_id);
