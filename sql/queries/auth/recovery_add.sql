-- One more recovery code of an account.
-- param user_id bigint
-- param code_hash bytea
-- result none
-- access write
insert into recovery_codes (user_id, code_hash)
values (:user_id, :code_hash);
