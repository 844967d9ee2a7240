-- Whether this role may look into the archiver's queue.
-- result row
-- access read
select has_function_privilege('pg_ls_archive_statusdir()', 'execute') and not pg_is_in_recovery() as may;
