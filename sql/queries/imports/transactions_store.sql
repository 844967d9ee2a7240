-- Books transactions with their lines.
-- param league_id bigint
-- param rows json
-- result none
-- access write
with told as materialized (
    select r.seq, r.kind, r.week, r.actor_user_id, r.at, r.reason, r.source_id, r.items,
           nextval(pg_get_serial_sequence('transactions', 'id')) as id
    from json_to_recordset(:rows) as r (
        seq bigint, kind text, week smallint, actor_user_id bigint, at timestamptz, reason text, source_id text, items json
    )
), booked as (
    insert into transactions (league_id, id, seq, kind, week, actor_user_id, at, reason, source_id)
    overriding system value
    select :league_id, t.id, t.seq, t.kind, t.week, t.actor_user_id, t.at, t.reason, t.source_id
    from told t
)
insert into transaction_items (league_id, transaction_id, ordinal, team_id, kind, player_id, pick_id, amount)
select :league_id, t.id, i.ordinal, i.team_id, i.kind, i.player_id, i.pick_id, i.amount
from told t
cross join lateral json_to_recordset(t.items) as i (
    ordinal smallint, team_id bigint, kind text, player_id bigint, pick_id bigint, amount numeric
);
