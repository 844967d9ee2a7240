-- Sessions and API tokens that ended in the last seconds: for nodes that missed an announcement.
-- param seconds bigint
-- param at_most integer
-- result rows
-- access read
select 's' as kind, s.id, encode(s.token_hash, 'hex') as token_hash
from sessions s
where s.revoked_at > now() - :seconds * interval '1 second'
union all
select 't' as kind, t.id, encode(t.token_hash, 'hex') as token_hash
from api_tokens t
where t.revoked_at > now() - :seconds * interval '1 second'
limit :at_most;
