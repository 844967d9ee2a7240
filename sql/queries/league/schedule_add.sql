-- Adds the matchups of the regular season.
-- param league_id bigint
-- param games jsonb
-- result none
-- access write
with games as materialized (
    select g.week, g.home, g.away, nextval(pg_get_serial_sequence('matchups', 'id')) as id
    from (
        select r.week, r.home, r.away
        from jsonb_array_elements(:games) with ordinality as e (game, place)
        cross join lateral jsonb_to_record(e.game) as r (week smallint, home bigint, away bigint)
        order by e.place
    ) g
), added as (
    insert into matchups (league_id, id, week)
    overriding system value
    select :league_id, g.id, g.week
    from games g
)
insert into matchup_sides (league_id, matchup_id, side, week, team_id)
select :league_id, g.id, s.side, g.week, case s.side when 'home' then g.home else g.away end
from games g
cross join (values ('home'), ('away')) as s (side);
