-- Keeps the newest adjustments report of a league.
-- param league_id bigint
-- param at timestamptz
-- param report json
-- result none
-- access write
insert into import_reports (league_id, at, report)
values (:league_id, :at, :report::jsonb)
on conflict (league_id) do update
set at = excluded.at,
    report = excluded.report;
