-- Teams whose budget is below zero or is not what was given and spent.
-- param league_id bigint
-- result rows
-- access read
select null::bigint as seq, 'budget of team ' || t.id as what, (l.faab_budget + coalesce(x.amount, 0))::text as expected, t.faab_balance::text as found
from leagues l
join teams t
    on t.league_id = l.id
left join lateral (
    select sum(i.amount)::integer as amount
    from transaction_items i
    where i.league_id = t.league_id
      and i.team_id = t.id
      and i.kind = 'faab'
) x on true
where l.id = :league_id
  and (t.faab_balance < 0 or t.faab_balance <> l.faab_budget + coalesce(x.amount, 0))
order by t.id;
