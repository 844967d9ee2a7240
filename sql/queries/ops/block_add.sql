-- Blocks an address or network until then.
-- param net text
-- param reason text
-- param user_id bigint nullable
-- param set_at timestamptz
-- param expires_at timestamptz
-- result none
-- access write
insert into ops_controls (kind, key, value, reason, set_by_user_id, set_at, expires_at)
values ('ip_block', :net, 'true', :reason, :user_id, :set_at, :expires_at)
on conflict (kind, key) do update
set reason = excluded.reason,
    set_by_user_id = excluded.set_by_user_id,
    set_at = excluded.set_at,
    expires_at = excluded.expires_at;
