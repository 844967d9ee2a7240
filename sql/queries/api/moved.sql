-- A move of free agents as it was carried out: {seq, added, dropped}.
-- param seq bigint
-- param added_id bigint nullable
-- param dropped_id bigint nullable
-- result json
-- access read
select json_build_object(
    'seq', :seq::bigint,
    'added', (select player_ref(p) from players p where p.id = :added_id),
    'dropped', (select player_ref(p) from players p where p.id = :dropped_id)
);
