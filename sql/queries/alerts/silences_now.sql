-- What nobody wants to hear about at that moment.
-- param at timestamptz
-- result rows
-- access read
select s.matches
from alert_silences s
where s.starts_at <= :at
  and s.ends_at > :at
  and s.ended_at is null;
