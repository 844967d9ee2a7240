-- Whether there is a time zone of this name.
-- param name text
-- result row
-- access read
select exists (select from pg_timezone_names z where z.name = :name) as is_known;
