-- Books a move: one transaction with a line for who came and a line for who went.
-- param league_id bigint
-- param seq bigint
-- param kind text
-- param week smallint
-- param user_id bigint nullable
-- param at timestamptz
-- param team_id bigint
-- param add_player_id bigint nullable
-- param drop_player_id bigint nullable
-- result none
-- access write
with booked as (
    insert into transactions (league_id, seq, kind, week, actor_user_id, at)
    values (:league_id, :seq, :kind, :week, :user_id, :at)
    returning league_id, id
)
insert into transaction_items (league_id, transaction_id, ordinal, team_id, kind, player_id)
select b.league_id, b.id, row_number() over (order by i.place), :team_id, i.kind, i.player_id
from booked b
cross join (values (1, 'player_in', :add_player_id), (2, 'player_out', :drop_player_id)) as i (place, kind, player_id)
where i.player_id is not null;
