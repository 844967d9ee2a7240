-- Lets PostgreSQL wait: a slow database, played.
-- param ms bigint
-- result row
-- access read
select pg_sleep(least(:ms, 1500)::numeric / 1000)::text as waited;
