-- Copies what a league's rules are made of besides its own row: tie-breaks, slots, limits, weeks, divisions.
-- param league_id bigint
-- param previous_league_id bigint
-- result none
-- access write
with chain as (
    insert into league_tiebreaks (league_id, ordinal, criterion)
    select :league_id, t.ordinal, t.criterion
    from league_tiebreaks t
    where t.league_id = :previous_league_id
), slots as (
    insert into roster_slots (league_id, slot, ordinal, count, positions)
    select :league_id, s.slot, s.ordinal, s.count, s.positions
    from roster_slots s
    where s.league_id = :previous_league_id
), limits as (
    insert into roster_limits (league_id, position, min_count, max_count)
    select :league_id, r.position, r.min_count, r.max_count
    from roster_limits r
    where r.league_id = :previous_league_id
), parts as (
    insert into divisions (league_id, division, name)
    select :league_id, d.division, d.name
    from divisions d
    where d.league_id = :previous_league_id
)
insert into league_weeks (league_id, week, first_week, kind)
select :league_id, w.week, w.first_week, w.kind
from league_weeks w
where w.league_id = :previous_league_id;
