-- Puts kept players on their teams' rosters, books them, and in a keeper league notes how long each has been kept.
-- param league_id bigint
-- param previous_league_id bigint
-- param rows jsonb
-- param at timestamptz
-- result none
-- access write
with told as materialized (
    select r.seq, r.team_id, r.player_id, r.placement
    from jsonb_to_recordset(:rows) as r (seq bigint, team_id bigint, player_id bigint, placement text)
), held as (
    insert into roster_entries (league_id, player_id, team_id, placement, acquired_via, acquired_at, acquired_seq)
    select :league_id, t.player_id, t.team_id, t.placement, 'keeper', :at, t.seq
    from told t
), booked as (
    insert into transactions (league_id, seq, kind, at)
    select distinct :league_id::bigint, t.seq, 'keeper', :at::timestamptz
    from told t
    returning id, seq
), lines as (
    insert into transaction_items (league_id, transaction_id, ordinal, team_id, kind, player_id)
    select :league_id, b.id, row_number() over (partition by b.id order by t.player_id), t.team_id, 'player_in', t.player_id
    from booked b
    join told t
        on t.seq = b.seq
)
insert into keepers (league_id, team_id, player_id, state, years_kept, proposed_at, decided_at)
select l.id, t.team_id, t.player_id, 'confirmed', least(coalesce(k.years_kept, 0) + 1, 30), :at, :at
from leagues l
cross join told t
left join keepers k
    on k.league_id = :previous_league_id and k.player_id = t.player_id and k.state = 'confirmed'
where l.id = :league_id
  and l.kind = 'keeper';
