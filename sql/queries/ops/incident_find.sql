-- An incident by its reference, held until the transaction ends.
-- param ref text
-- result maybe
-- access write
select id, severity, state, title, detected_at
from incidents
where ref = :ref
for update;
