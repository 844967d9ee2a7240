-- Keeps a drill's result and report; no failure: it passed.
-- param kind text
-- param node text
-- param started_at timestamptz
-- param finished_at timestamptz
-- param failure text nullable
-- param steps jsonb
-- param figures jsonb
-- param report text
-- result none
-- access write
insert into drills (kind, node, started_at, finished_at, is_passed, failure, steps, figures, report)
values (:kind, :node, :started_at, greatest(:finished_at, :started_at), :failure::text is null, :failure, :steps,
        :figures, :report);
