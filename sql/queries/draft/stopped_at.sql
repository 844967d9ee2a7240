-- Since when nobody but operators can change anything, by the stored switches; null while everybody can.
-- result row
-- access read
select changes_stopped_at() as stopped_at;
