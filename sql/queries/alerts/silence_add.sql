-- Silences a rule or a subject.
-- param matches text
-- param reason text
-- param by text
-- param at timestamptz
-- param ends_at timestamptz
-- result row
-- access write
insert into alert_silences (matches, reason, made_by, starts_at, ends_at)
values (:matches, :reason, :by, :at, :ends_at)
returning id;
