-- Sets a switch. What stays as it was keeps the moment at which it began, but for a one-shot.
-- param name text
-- param value text
-- param message text nullable
-- param by text
-- param reason text
-- param user_id bigint nullable
-- param seconds bigint nullable
-- param is_new boolean
-- result row
-- access write
insert into ops_controls as c (kind, key, value, reason, set_by_user_id, set_at, expires_at)
values (
    'flag', :name,
    jsonb_strip_nulls(jsonb_build_object('value', :value::text, 'message', :message::text, 'by', :by::text)),
    :reason, :user_id, clock_timestamp(), clock_timestamp() + :seconds * interval '1 second'
)
on conflict (kind, key) do update
set value = excluded.value,
    reason = excluded.reason,
    set_by_user_id = excluded.set_by_user_id,
    set_at = case
        when not :is_new::boolean
             and c.value ->> 'value' = excluded.value ->> 'value'
             and (c.expires_at is null or c.expires_at > clock_timestamp())
            then c.set_at
        else excluded.set_at
    end,
    expires_at = excluded.expires_at
returning c.set_at, c.expires_at;
