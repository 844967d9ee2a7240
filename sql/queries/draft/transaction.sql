-- Books a draft as one transaction: each player comes in to his team.
-- param league_id bigint
-- param draft_id bigint
-- param seq bigint
-- param now timestamptz
-- result none
-- access write
with booked as (
    insert into transactions (league_id, seq, kind, at)
    values (:league_id, :seq, 'draft', :now)
    returning league_id, id
)
insert into transaction_items (league_id, transaction_id, ordinal, team_id, kind, player_id)
select b.league_id, b.id, k.overall, k.owner_team_id, 'player_in', k.player_id
from booked b
join draft_picks k
    on k.league_id = b.league_id
where k.draft_id = :draft_id
  and k.player_id is not null;
