-- Players who are on another team than their latest executed transaction line says, or on none.
-- param league_id bigint
-- result rows
-- access read
select coalesce(r.acquired_seq, x.seq) as seq, 'roster of player ' || coalesce(r.player_id, x.player_id) as what,
       coalesce('team ' || x.team_id, 'no team') as expected, coalesce('team ' || r.team_id, 'no team') as found
from (
    select r.player_id, r.team_id, r.acquired_seq
    from roster_entries r
    where r.league_id = :league_id
) r
full join (
    select distinct on (i.player_id) i.player_id, n.seq, case when i.kind = 'player_in' then i.team_id end as team_id
    from transaction_items i
    join transactions n
        on n.league_id = i.league_id and n.id = i.transaction_id
    where i.league_id = :league_id
      and i.player_id is not null
    order by i.player_id, n.seq desc, n.id desc, i.kind
) x
    on x.player_id = r.player_id
where r.team_id is distinct from x.team_id
order by seq;
