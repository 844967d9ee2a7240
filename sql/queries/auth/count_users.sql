-- How many accounts there are.
-- result row
-- access read
select count(*) as users
from users
where state <> 'placeholder';
