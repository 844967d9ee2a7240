-- Since when sign-ins count: the number of the last action in the audit log that made all look again.
-- result row
-- access read
select coalesce(max(a.seq), 0) as generation
from audit_log a
where a.action in ('sessions.revoke_all', 'sessions.emergency', 'user.disable', 'cache.clear_sign_ins', 'cache.clear_all', 'session.revoke', 'admin.grant',
                   'admin.withdraw', 'admin.totp');
