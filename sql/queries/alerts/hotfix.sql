-- Whether a hotfix went out in the last quarter of an hour.
-- param since timestamptz
-- result row
-- access read
select exists (
    select
    from ops_controls c
    where c.kind = 'flag'
      and c.key = 'HOTFIX_MODE'
      and c.value ->> 'value' = 'on'
      and c.set_at > :since
      and (c.expires_at is null or c.expires_at > now())
) as is_hotfix;
