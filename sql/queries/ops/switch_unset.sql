-- Clears a switch: the environment's value, else the default, is in effect again.
-- param name text
-- result rows
-- access write
delete from ops_controls
where kind = 'flag'
  and key = :name
returning value ->> 'value' as value;
