-- What came of a message, place by place.
-- param message_id bigint
-- result rows
-- access read
select d.sink, d.state, d.tries, d.last_error
from alert_deliveries d
where d.message_id = :message_id
order by d.sink;
