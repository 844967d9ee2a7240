-- A message, once; nothing when it is there already.
-- param dedup text
-- param at timestamptz
-- param kind text
-- param severity text
-- param subject text
-- param title text
-- param body text
-- param recipients jsonb
-- param alert_id bigint nullable
-- param incident_id bigint nullable
-- param is_simulation boolean
-- param is_test boolean
-- result maybe
-- access write
insert into alert_messages (dedup, at, kind, severity, subject, title, body, recipients, alert_id, incident_id, is_simulation, is_test)
values (
    :dedup, :at, :kind, :severity, :subject, :title, :body, array(select jsonb_array_elements_text(:recipients)), :alert_id,
    :incident_id, :is_simulation, :is_test
)
on conflict on constraint alert_messages_dedup_unique do nothing
returning id;
