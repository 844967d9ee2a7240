-- Signs an account in.
-- param user_id bigint
-- param token_hash bytea
-- param csrf_secret bytea
-- param expires_at timestamptz
-- param ip inet nullable
-- param agent text nullable
-- param is_proved boolean
-- result row
-- access write
insert into sessions (user_id, token_hash, csrf_secret, expires_at, ip, agent, proved_at)
values (:user_id, :token_hash, :csrf_secret, :expires_at, :ip, :agent, case when :is_proved then now() end)
returning id;
