-- Adds the rules of a new scoring profile.
-- param profile_id bigint
-- param rules jsonb
-- result none
-- access write
insert into scoring_rules (profile_id, ordinal, stat_key, kind, weight, band_from, band_to, step, positions)
select :profile_id, r.ordinal, r.stat_key, r.kind, r.weight, r.band_from, r.band_to, r.step,
       string_to_array(r.positions, ',')
from jsonb_to_recordset(:rules) as r (
    ordinal smallint, stat_key text, kind text, weight numeric, band_from numeric, band_to numeric, step numeric,
    positions text
);
