-- Switches the label HOTFIX_MODE off.
-- result none
-- access write
delete from ops_controls
where kind = 'flag'
  and key = 'HOTFIX_MODE';
