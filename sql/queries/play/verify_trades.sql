-- Executed transactions of trades that do not balance: each player comes in as often as he goes out.
-- param league_id bigint
-- result rows
-- access read
select n.seq, 'transaction ' || n.id || ', player ' || i.player_id as what, 'out as often as in' as expected,
       count(*) filter (where i.kind = 'player_in') || ' in, ' || count(*) filter (where i.kind = 'player_out') || ' out' as found
from transactions n
join transaction_items i
    on i.league_id = n.league_id and i.transaction_id = n.id
where n.league_id = :league_id
  and n.kind = 'trade'
  and i.player_id is not null
group by n.seq, n.id, i.player_id
having count(*) filter (where i.kind = 'player_in') <> count(*) filter (where i.kind = 'player_out')
order by n.seq;
