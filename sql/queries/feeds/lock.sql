-- Whether this transaction is now the only import.
-- result row
-- access write
select pg_try_advisory_xact_lock(hashtext('astralfield import')) as is_ours;
