-- Whether this transaction may roll figures up: one node at a time.
-- result row
-- access write
select pg_try_advisory_xact_lock(hashtext('astralfield figures')) as is_ours;
