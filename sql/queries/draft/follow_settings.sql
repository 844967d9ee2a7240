-- Carries the league's draft settings over to the draft that has not begun.
-- param league_id bigint
-- param kind text
-- param reversal_round smallint nullable
-- param rounds smallint
-- param seconds_per_pick integer
-- result none
-- access write
update drafts
set kind = :kind,
    reversal_round = case when :reversal_round::smallint <= :rounds::smallint then :reversal_round::smallint end,
    rounds = :rounds::smallint,
    seconds_per_pick = :seconds_per_pick,
    seq = seq + 1
where league_id = :league_id
  and state = 'scheduled';
