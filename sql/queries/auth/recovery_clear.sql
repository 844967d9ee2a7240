-- The recovery codes of an account are good no more.
-- param user_id bigint
-- result none
-- access write
delete from recovery_codes
where user_id = :user_id;
