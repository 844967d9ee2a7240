-- Tells every node something when the transaction commits.
-- param payload text
-- result row
-- access write
select pg_notify('astralfield', :payload) as sent;
