-- Begins a simulation; nothing when one is being played. One that is over by time is closed.
-- param kind text
-- param severity text
-- param at timestamptz
-- param ends_at timestamptz
-- param by text
-- result maybe
-- access write
insert into simulations (kind, severity, started_at, ends_at, started_by)
values (:kind, :severity, :at, :ends_at, :by)
on conflict ((true)) where ended_at is null do nothing
returning id;
