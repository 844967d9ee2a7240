-- Clears the switches whose time is over. Whoever comes first clears each once.
-- result rows
-- access write
delete from ops_controls
where kind = 'flag'
  and expires_at <= clock_timestamp()
returning key, value ->> 'value' as value;
