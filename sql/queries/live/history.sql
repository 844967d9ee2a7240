-- Which history of the database this is: another after a restore, when numbers are given out anew.
-- result row
-- access read
select to_hex(c.system_identifier) || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) as history
from pg_control_system() c;
