-- Ends one API token of an account; gives its hash.
-- param token_id bigint
-- param user_id bigint
-- result maybe
-- access write
update api_tokens
set revoked_at = now()
where id = :token_id
  and user_id = :user_id
  and revoked_at is null
returning encode(token_hash, 'hex') as token_hash;
