-- Uses a recovery code up; nothing when it is none, or was used before.
-- param user_id bigint
-- param code_hash bytea
-- result maybe
-- access write
update recovery_codes
set used_at = now()
where user_id = :user_id
  and code_hash = :code_hash
  and used_at is null
returning used_at;
