-- Switches: their history, and draft clocks that stand still while nobody may change anything.

create table switch_changes (
    id bigint generated always as identity,
    at timestamptz not null default clock_timestamp(),
    name text not null,
    action text not null,
    before text,
    after text,
    message text,
    reason text,
    expires_at timestamptz,
    by text not null,
    user_id bigint,
    constraint switch_changes_pk primary key (id),
    constraint switch_changes_user_fk foreign key (user_id) references users (id),
    constraint switch_changes_name_form check (name ~ '^[A-Z][A-Z0-9_]{0,99}$'),
    constraint switch_changes_action_known check (action in ('set', 'unset', 'expire')),
    constraint switch_changes_after_by_action check ((action = 'set') = (after is not null)),
    constraint switch_changes_value_length check (length(before) <= 200 and length(after) <= 200),
    constraint switch_changes_message_length check (length(message) <= 300),
    constraint switch_changes_reason_length check (length(reason) <= 1000),
    constraint switch_changes_by_length check (length(by) between 1 and 200)
);
comment on table switch_changes is 'Every change of a switch: what it was, what it became, by whom. The audit log has them too.';
create index switch_changes_name_idx on switch_changes (name, id);
create index switch_changes_user_idx on switch_changes (user_id) where user_id is not null;

alter table drafts
add column frozen_at timestamptz,
add constraint drafts_frozen_by_state check (frozen_at is null or state = 'paused');
comment on column drafts.frozen_at is 'Paused because nobody could change anything from then on; goes on by itself.';
create index drafts_frozen_idx on drafts (id) where frozen_at is not null;

-- Since when nobody but operators can change anything; null while everybody can. Asks the clock, because a
-- switch ends by itself.
create function changes_stopped_at() returns timestamptz
language sql volatile
as $$
    select min(c.set_at)
    from ops_controls c
    where c.kind = 'flag'
      and c.key in ('MAINTENANCE_MODE', 'READ_ONLY_MODE', 'SECURITY_LOCKDOWN', 'RECOVERY_MODE', 'EMERGENCY_MODE')
      and c.value ->> 'value' = 'on'
      and (c.expires_at is null or c.expires_at > clock_timestamp())
$$;
comment on function changes_stopped_at is 'The earliest of the switches that stop changes; null when none is on.';
