-- Ends every API token.
-- result none
-- access write
update api_tokens
set revoked_at = now()
where revoked_at is null;
