-- The number of the audit log's last row, held until the transaction ends.
-- result row
-- access write
select seq
from streams
where name = 'audit'
for update;
