-- Closes a simulation whose time is over.
-- param at timestamptz
-- result none
-- access write
update simulations
set ended_at = ends_at
where ended_at is null
  and ends_at <= :at;
