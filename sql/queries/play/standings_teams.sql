-- The teams of a league as standings rank them, with the seed of the season's coin: the draft's, or the hash of the first event.
-- param league_id bigint
-- result rows
-- access read
select t.id, t.ordinal, t.division, l.has_median_game, l.division_winners_first,
       encode(coalesce(
           (
               select d.order_seed
               from drafts d
               where d.league_id = l.id and d.state <> 'cancelled' and d.order_seed is not null
               order by d.id desc
               limit 1
           ),
           (select e.hash from league_events e where e.league_id = l.id and e.seq = 1),
           sha256('')
       ), 'hex') as coin_seed
from leagues l
join teams t
    on t.league_id = l.id
where l.id = :league_id
order by t.ordinal;
