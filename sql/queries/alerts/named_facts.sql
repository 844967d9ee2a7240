-- Newest measured values by name, but what is so old that it no longer says anything.
-- result rows
-- access read
select f.name, f.value
from ops_facts f
where f.at > now() - interval '30 days'
order by f.name
limit 32;
