-- Switches the label HOTFIX_MODE on until then.
-- param reason text
-- param until timestamptz
-- result none
-- access write
insert into ops_controls (kind, key, value, reason, set_at, expires_at)
values ('flag', 'HOTFIX_MODE', '{"value": "on", "by": "deploy"}', :reason, now(), :until)
on conflict on constraint ops_controls_pk do update
set value = excluded.value, reason = excluded.reason, set_by_user_id = null, set_at = excluded.set_at, expires_at = excluded.expires_at;
