-- Forgets sessions and one-time tokens that ended over 30 days ago, and browsers not seen for a year.
-- result none
-- access write
with old_tokens as (
    delete from user_tokens
    where expires_at < now() - interval '30 days'
), old_devices as (
    delete from devices
    where last_seen_at < now() - interval '365 days'
)
delete from sessions
where least(expires_at, coalesce(revoked_at, 'infinity')) < now() - interval '30 days';
