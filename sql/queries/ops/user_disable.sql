-- Closes an account; not the last operator's. Gives nothing when it is not there or not open.
-- param user_id bigint
-- result maybe
-- access write
update users
set state = 'disabled',
    updated_at = now()
where id = :user_id
  and state in ('active', 'pending')
  and (not is_operator or exists (
      select from users o
      where o.is_operator
        and o.state = 'active'
        and o.id <> :user_id
  ))
returning is_operator;
