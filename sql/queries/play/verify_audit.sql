-- Rows of the audit log whose number, link to the row before or hash of their own content is broken.
-- result rows
-- access read
select a.seq, 'audit row ' || a.seq as what,
       'seq ' || (coalesce(a.seq_before, 0) + 1) || ', linked to the row before, hash of its content' as expected,
       'seq ' || a.seq as found
from (
    select x.seq, x.prev_hash, x.hash, lag(x.seq) over (order by x.seq) as seq_before,
           lag(x.hash) over (order by x.seq) as hash_before,
           audit_hash(
               x.prev_hash, x.seq, x.at, x.actor_kind, x.actor_user_id, x.action, x.target_kind, x.target_id, x.league_id,
               x.before, x.after, x.reason, x.ip, x.request_id, x.incident_ref
           ) as content_hash
    from audit_log x
) a
where a.seq <> coalesce(a.seq_before, 0) + 1
   or a.prev_hash is distinct from coalesce(a.hash_before, decode(repeat('00', 32), 'hex'))
   or a.hash is distinct from a.content_hash
order by a.seq;
