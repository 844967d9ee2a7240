-- Notes that sessions and API tokens were used.
-- param sessions bigint[]
-- param tokens bigint[]
-- result none
-- access write
with used as (
    update api_tokens
    set last_used_at = now()
    where id = any(:tokens)
)
update sessions
set last_seen_at = now()
where id = any(:sessions);
