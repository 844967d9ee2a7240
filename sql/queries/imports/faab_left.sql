-- What each team's budget is by what was booked.
-- param league_id bigint
-- result rows
-- access read
select t.id as team_id, t.faab_balance, l.faab_budget + coalesce(sum(i.amount), 0)::bigint as booked
from leagues l
join teams t
    on t.league_id = l.id
left join transaction_items i
    on i.league_id = t.league_id and i.team_id = t.id and i.kind = 'faab'
where l.id = :league_id
group by l.faab_budget, t.league_id, t.id
order by t.id;
