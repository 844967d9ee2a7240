-- Waiver claims that were decided, each in the run of its minute.
-- param league_id bigint
-- param rows json
-- result none
-- access write
with told as (
    select r.team_id, r.add_player_id, r.drop_player_id, r.bid, r.rank, r.state, r.reason, r.price, r.made_at, r.decided_at, r.week,
           date_trunc('minute', r.decided_at) as due_at
    from json_to_recordset(:rows) as r (
        team_id bigint, add_player_id bigint, drop_player_id bigint, bid integer, rank smallint, state text, reason text,
        price integer, made_at timestamptz, decided_at timestamptz, week smallint
    )
    where not exists (
        select
        from waiver_claims c
        where c.league_id = :league_id
          and c.team_id = r.team_id
          and c.add_player_id = r.add_player_id
          and c.made_at = r.made_at
          and c.decided_at = r.decided_at
    )
), due as (
    select t.due_at, min(t.week) as week, max(t.decided_at) as finished_at
    from told t
    where t.state <> 'cancelled'
    group by t.due_at
), added as (
    insert into waiver_runs (league_id, week, due_at, started_at, finished_at)
    select :league_id, d.week, d.due_at, d.due_at, d.finished_at
    from due d
    on conflict (league_id, due_at) do nothing
    returning id, due_at
), runs as (
    select a.id, a.due_at
    from added a
    union all
    select w.id, w.due_at
    from waiver_runs w
    where w.league_id = :league_id
)
insert into waiver_claims (
    league_id, team_id, add_player_id, drop_player_id, bid, rank, state, reason, price, run_id, made_at, decided_at
)
select :league_id, t.team_id, t.add_player_id, t.drop_player_id, t.bid, t.rank, t.state, t.reason, t.price, u.id, t.made_at,
       t.decided_at
from told t
left join runs u
    on t.state <> 'cancelled' and u.due_at = t.due_at
order by t.decided_at, t.rank;
