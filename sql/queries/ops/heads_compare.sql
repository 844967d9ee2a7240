-- How heads of another database stand to this one's ledgers: each league's must be a row of its ledger here, so that
-- all before it is the same too. `ahead`: leagues or rows that this database does not have.
-- param heads jsonb
-- result row
-- access read
select count(*) as leagues,
       count(*) filter (where h.seq > 0 and e.hash is not null and encode(e.hash, 'hex') <> h.hash) as different,
       count(*) filter (where h.seq > 0 and e.hash is null) as ahead,
       coalesce(sum(coalesce(l.seq, h.seq) - h.seq), 0)::bigint as missing_events
from (
    select (x.head ->> 0)::bigint as league_id, (x.head ->> 1)::bigint as seq, x.head ->> 2 as hash
    from jsonb_array_elements(:heads) as x (head)
) h
left join league_events e
    on e.league_id = h.league_id
   and e.seq = h.seq
left join leagues l
    on l.id = h.league_id;
