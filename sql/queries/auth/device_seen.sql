-- An account signed in again from a browser it knows.
-- param device_id bigint
-- param agent text nullable
-- result none
-- access write
update devices
set last_seen_at = now(),
    agent = coalesce(:agent, agent)
where id = :device_id;
