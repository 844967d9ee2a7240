-- Makes an API token.
-- param user_id bigint
-- param name text
-- param token_hash bytea
-- param hint text
-- param scopes text[]
-- param expires_at timestamptz nullable
-- result row
-- access write
insert into api_tokens (user_id, name, token_hash, hint, scopes, expires_at)
values (:user_id, :name, :token_hash, :hint, :scopes, :expires_at)
returning id,
          json_build_object(
              'id', id,
              'name', name,
              'hint', hint,
              'scopes', scopes,
              'createdAt', iso(created_at),
              'expiresAt', iso(expires_at),
              'lastUsedAt', iso(last_used_at)) as document;
