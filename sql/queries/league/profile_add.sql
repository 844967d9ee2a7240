-- Adds a scoring profile unless there is one with these rules; gives its id when it was added.
-- param hash bytea
-- param preset text nullable
-- param stat_source text
-- result maybe
-- access write
insert into scoring_profiles (hash, preset, stat_source)
values (:hash, :preset, :stat_source)
on conflict (hash) do nothing
returning id;
