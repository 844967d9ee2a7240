-- The account behind a placeholder runs his team from now on.
-- param league_id bigint
-- param placeholder_id bigint
-- param user_id bigint
-- result none
-- access write
with person as (
    update users
    set claimed_by_user_id = :user_id,
        updated_at = now()
    where id = :placeholder_id
      and state = 'placeholder'
      and claimed_by_user_id is null
)
update team_owners
set user_id = :user_id
where league_id = :league_id
  and user_id = :placeholder_id;
