-- The stored value of one switch; null when it is not set.
-- param name text
-- result row
-- access read
select (
    select c.value ->> 'value'
    from ops_controls c
    where c.kind = 'flag'
      and c.key = :name
      and (c.expires_at is null or c.expires_at > clock_timestamp())
) as value;
