-- Notes that an API token was used.
-- param token_id bigint
-- result none
-- access write
update api_tokens
set last_used_at = now()
where id = :token_id
  and (last_used_at is null or last_used_at < now() - interval '1 minute');
