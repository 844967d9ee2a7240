-- Puts an operator's values over a rule's own.
-- param rule text
-- param value_json jsonb
-- param reason text
-- param user_id bigint nullable
-- param seconds bigint nullable
-- result none
-- access write
insert into ops_controls (kind, key, value, reason, set_by_user_id, set_at, expires_at)
values ('alert_rule', :rule, :value_json, :reason, :user_id, clock_timestamp(), clock_timestamp() + :seconds * interval '1 second')
on conflict on constraint ops_controls_pk do update
set value = excluded.value,
    reason = excluded.reason,
    set_by_user_id = excluded.set_by_user_id,
    set_at = excluded.set_at,
    expires_at = excluded.expires_at;
