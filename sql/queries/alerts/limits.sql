-- What operators put over the rules' own values; thresholds in thousandths.
-- result rows
-- access read
select c.key as rule,
       round((c.value ->> 'threshold')::numeric * 1000)::bigint as threshold,
       (c.value ->> 'holdSeconds')::bigint as hold_s,
       (c.value ->> 'clearSeconds')::bigint as clear_s,
       coalesce((c.value ->> 'isOff')::boolean, false) as is_off
from ops_controls c
where c.kind = 'alert_rule'
  and (c.expires_at is null or c.expires_at > now());
