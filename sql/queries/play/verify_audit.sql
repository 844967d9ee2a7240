-- Rows of the audit log whose number or link to the row before is broken.
-- result rows
-- access read
select a.seq, 'audit row ' || a.seq as what, 'seq ' || (coalesce(a.seq_before, 0) + 1) || ', linked to the row before' as expected,
       'seq ' || a.seq as found
from (
    select x.seq, x.prev_hash, lag(x.seq) over (order by x.seq) as seq_before, lag(x.hash) over (order by x.seq) as hash_before
    from audit_log x
) a
where a.seq <> coalesce(a.seq_before, 0) + 1
   or a.prev_hash is distinct from coalesce(a.hash_before, decode(repeat('00', 32), 'hex'))
order by a.seq;
