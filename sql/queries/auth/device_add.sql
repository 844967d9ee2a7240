-- Remembers a browser that an account signed in from.
-- param user_id bigint
-- param secret_hash bytea
-- param agent text nullable
-- result none
-- access write
insert into devices (user_id, secret_hash, agent)
values (:user_id, :secret_hash, :agent);
