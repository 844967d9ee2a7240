-- Silences in force, as the command line lists them.
-- param at timestamptz
-- result rows
-- access read
select s.id, s.matches, iso(s.ends_at) as until, s.made_by, s.reason
from alert_silences s
where s.ended_at is null
  and s.ends_at > :at
order by s.id;
