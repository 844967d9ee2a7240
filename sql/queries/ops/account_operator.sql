-- Makes an account an operator's, or no longer.
-- param user_id bigint
-- param is_operator boolean
-- result none
-- access write
update users
set is_operator = :is_operator,
    updated_at = now()
where id = :user_id
  and is_operator <> :is_operator;
