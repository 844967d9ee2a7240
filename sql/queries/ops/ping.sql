-- Nothing, to see how long that takes.
-- result row
-- access read
select 1 as one;
