-- Forgets blocks that have ended, so that the list stays short; the audit log has them for ever.
-- result none
-- access write
delete from ops_controls
where kind = 'ip_block'
  and expires_at < now() - interval '1 day';
