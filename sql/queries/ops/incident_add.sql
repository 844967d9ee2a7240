-- Opens an incident; nothing when there is one of this reference.
-- param ref text
-- param kind text
-- param severity text
-- param title text
-- param description text nullable
-- param detected_at timestamptz
-- param detected_by text
-- param responder text nullable
-- param escalate_at timestamptz nullable
-- param subject text nullable
-- result maybe
-- access write
insert into incidents (ref, kind, severity, title, description, detected_at, detected_by, responder, escalate_at, subject)
values (:ref, :kind, :severity, :title, :description, :detected_at, :detected_by, :responder, :escalate_at, :subject)
on conflict on constraint incidents_ref_unique do nothing
returning id;
