-- Makes an account.
-- param email text
-- param display_name text
-- param password_hash text
-- param is_operator boolean
-- result row
-- access write
insert into users (email, display_name, password_hash, is_operator)
values (:email, :display_name, :password_hash, :is_operator)
returning id;
