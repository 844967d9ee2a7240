-- Ends every API token of an account.
-- param user_id bigint
-- result none
-- access write
update api_tokens
set revoked_at = now()
where user_id = :user_id
  and revoked_at is null;
