-- Complete drafts whose numbers are not 1 to teams times rounds, whose picks are not made, or whose order does not follow the kind. What another platform drew and held is a fact.
-- param league_id bigint
-- result rows
-- access read
with picks as (
    select d.id as draft_id, d.kind, d.reversal_round, k.overall, k.round, k.round_pick, k.player_id, k.original_team_id, o.slot,
           row_number() over (partition by d.id order by k.overall) as place,
           count(*) over (partition by d.id) as made,
           (select count(*) from draft_teams n where n.league_id = d.league_id and n.draft_id = d.id) as teams, d.rounds
    from drafts d
    join draft_picks k
        on k.league_id = d.league_id and k.draft_id = d.id
    left join draft_teams o
        on o.league_id = d.league_id and o.draft_id = d.id and o.team_id = k.original_team_id
    where d.league_id = :league_id
      and d.state = 'complete'
      and d.kind in ('snake', 'linear')
      and d.order_method <> 'import'
), turns as (
    select p.draft_id, p.overall, p.place, p.made, p.teams, p.rounds, p.player_id, p.slot,
           (p.kind = 'snake' and ((p.round % 2 = 0) <> (p.reversal_round is not null and p.round >= p.reversal_round))) as is_backward,
           (p.overall - 1) % nullif(p.teams, 0) as index
    from picks p
)
select null::bigint as seq, 'draft ' || t.draft_id || ', pick ' || t.overall as what,
       case
           when t.made <> t.teams * t.rounds then t.teams * t.rounds || ' picks'
           when t.overall <> t.place then 'number ' || t.place
           when t.player_id is null then 'a player'
           else 'slot ' || case when t.is_backward then t.teams - t.index else t.index + 1 end
       end as expected,
       case
           when t.made <> t.teams * t.rounds then t.made || ' picks'
           when t.overall <> t.place then 'number ' || t.overall
           when t.player_id is null then 'none'
           else 'slot ' || t.slot
       end as found
from turns t
where t.made <> t.teams * t.rounds
   or t.overall <> t.place
   or t.player_id is null
   or t.slot is distinct from case when t.is_backward then t.teams - t.index else t.index + 1 end
order by t.draft_id, t.overall;
