-- Where the nfl stream stands.
-- result row
-- access read
select coalesce((select seq from streams where name = 'nfl'), 0) as seq;
