-- Adds a scoring profile unless there is one with these rules; gives its id when it was added.
-- param hash bytea
-- param preset text nullable
-- result maybe
-- access write
insert into scoring_profiles (hash, preset)
values (:hash, :preset)
on conflict (hash) do nothing
returning id;
