-- Writes a change of a switch into its history.
-- param name text
-- param action text
-- param before text nullable
-- param after text nullable
-- param message text nullable
-- param reason text nullable
-- param expires_at timestamptz nullable
-- param by text
-- param user_id bigint nullable
-- result row
-- access write
insert into switch_changes (name, action, before, after, message, reason, expires_at, by, user_id)
values (:name, :action, :before, :after, :message, :reason, :expires_at, :by, :user_id)
returning id;
