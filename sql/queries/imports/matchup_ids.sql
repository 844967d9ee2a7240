-- Takes ids for new matchups.
-- param count integer
-- result rows
-- access write
select nextval(pg_get_serial_sequence('matchups', 'id')) as id
from generate_series(1, :count);
