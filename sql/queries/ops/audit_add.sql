-- Adds a row to the audit log, chained to the one before. The stream is locked (audit_lock).
-- param at timestamptz
-- param actor_kind text
-- param actor_user_id bigint nullable
-- param action text
-- param target_kind text nullable
-- param target_id text nullable
-- param before_json jsonb nullable
-- param after_json jsonb nullable
-- param reason text nullable
-- param ip inet nullable
-- param request_id text nullable
-- param incident_ref text nullable
-- result row
-- access write
with head as (
    update streams
    set seq = seq + 1
    where name = 'audit'
    returning seq
), link as (
    select h.seq, coalesce(a.hash, decode(repeat('00', 32), 'hex')) as prev_hash
    from head h
    left join audit_log a
        on a.seq = h.seq - 1
)
insert into audit_log (
    seq, at, actor_kind, actor_user_id, action, target_kind, target_id, before, after, reason, ip, request_id, incident_ref,
    prev_hash, hash
)
select l.seq, :at, :actor_kind, :actor_user_id, :action, :target_kind, :target_id, :before_json, :after_json, :reason, :ip,
       :request_id, :incident_ref, l.prev_hash,
       audit_hash(
           l.prev_hash, l.seq, :at, :actor_kind, :actor_user_id, :action, :target_kind, :target_id, null, :before_json,
           :after_json, :reason, :ip, :request_id, :incident_ref
       )
from link l
returning seq;
