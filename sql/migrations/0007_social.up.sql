-- What people say to each other and what they are told.

create table chat_channels (
    id bigint generated always as identity,
    league_id bigint,
    kind text not null,
    matchup_id bigint,
    draft_id bigint,
    seq bigint not null default 0,
    created_at timestamptz not null default now(),
    constraint chat_channels_pk primary key (id),
    constraint chat_channels_league_fk foreign key (league_id) references leagues (id),
    constraint chat_channels_matchup_fk foreign key (league_id, matchup_id) references matchups (league_id, id) on delete cascade,
    constraint chat_channels_draft_fk foreign key (league_id, draft_id) references drafts (league_id, id),
    constraint chat_channels_kind_known check (kind in ('general', 'announcements', 'trades', 'trash_talk', 'matchup', 'draft', 'direct')),
    constraint chat_channels_place_by_kind check (
        (kind = 'direct') = (league_id is null)
        and (kind = 'matchup') = (matchup_id is not null)
        and (kind = 'draft') = (draft_id is not null)
    ),
    constraint chat_channels_seq_not_negative check (seq >= 0)
);
comment on table chat_channels is 'Places to talk, each with its own numbering: talk must not invalidate a league''s documents.';
create unique index chat_channels_league_unique on chat_channels (league_id, kind, coalesce(matchup_id, 0), coalesce(draft_id, 0)) where league_id is not null;
create index chat_channels_matchup_idx on chat_channels (league_id, matchup_id) where matchup_id is not null;
create index chat_channels_draft_idx on chat_channels (league_id, draft_id) where draft_id is not null;

create table chat_members (
    channel_id bigint not null,
    user_id bigint not null,
    read_seq bigint not null default 0,
    is_muted boolean not null default false,
    constraint chat_members_pk primary key (channel_id, user_id),
    constraint chat_members_channel_fk foreign key (channel_id) references chat_channels (id) on delete cascade,
    constraint chat_members_user_fk foreign key (user_id) references users (id),
    constraint chat_members_read_seq_not_negative check (read_seq >= 0)
);
comment on table chat_members is 'How far each person has read a channel; in a direct channel also who may read it.';
create index chat_members_user_idx on chat_members (user_id);

create table chat_messages (
    channel_id bigint not null,
    seq bigint not null,
    author_user_id bigint,
    kind text not null default 'text',
    body text not null,
    reply_to_seq bigint,
    league_id bigint,
    event_seq bigint,
    client_key text,
    at timestamptz not null default now(),
    edited_at timestamptz,
    deleted_at timestamptz,
    constraint chat_messages_pk primary key (channel_id, seq),
    constraint chat_messages_client_key_unique unique (channel_id, author_user_id, client_key),
    constraint chat_messages_channel_fk foreign key (channel_id) references chat_channels (id) on delete cascade,
    constraint chat_messages_author_fk foreign key (author_user_id) references users (id),
    constraint chat_messages_reply_fk foreign key (channel_id, reply_to_seq) references chat_messages (channel_id, seq),
    constraint chat_messages_event_fk foreign key (league_id, event_seq) references league_events (league_id, seq),
    constraint chat_messages_seq_positive check (seq > 0),
    constraint chat_messages_kind_known check (kind in ('text', 'poll', 'system')),
    constraint chat_messages_author_by_kind check ((kind = 'system') = (author_user_id is null)),
    constraint chat_messages_body_length check (length(body) <= 1000 and (length(body) > 0 or deleted_at is not null)),
    constraint chat_messages_reply_is_older check (reply_to_seq < seq),
    constraint chat_messages_event_both check ((league_id is null) = (event_seq is null)),
    constraint chat_messages_client_key_length check (length(client_key) between 1 and 64),
    constraint chat_messages_edit_after_start check (edited_at >= at),
    constraint chat_messages_delete_after_start check (deleted_at >= at)
);
comment on table chat_messages is 'Messages; a deleted one keeps its number and loses its text.';
comment on column chat_messages.client_key is 'Made by the sender, so that a retry does not post twice.';
create index chat_messages_author_idx on chat_messages (author_user_id) where author_user_id is not null;
create index chat_messages_reply_idx on chat_messages (channel_id, reply_to_seq) where reply_to_seq is not null;
create index chat_messages_event_idx on chat_messages (league_id, event_seq) where event_seq is not null;

create table chat_reactions (
    channel_id bigint not null,
    seq bigint not null,
    user_id bigint not null,
    emoji text not null,
    at timestamptz not null default now(),
    constraint chat_reactions_pk primary key (channel_id, seq, user_id, emoji),
    constraint chat_reactions_message_fk foreign key (channel_id, seq) references chat_messages (channel_id, seq) on delete cascade,
    constraint chat_reactions_user_fk foreign key (user_id) references users (id),
    constraint chat_reactions_emoji_length check (length(emoji) between 1 and 16)
);
comment on table chat_reactions is 'Emoji on messages.';
create index chat_reactions_user_idx on chat_reactions (user_id);

create table event_reactions (
    league_id bigint not null,
    seq bigint not null,
    user_id bigint not null,
    emoji text not null,
    at timestamptz not null default now(),
    constraint event_reactions_pk primary key (league_id, seq, user_id, emoji),
    constraint event_reactions_event_fk foreign key (league_id, seq) references league_events (league_id, seq),
    constraint event_reactions_user_fk foreign key (user_id) references users (id),
    constraint event_reactions_emoji_length check (length(emoji) between 1 and 16)
);
comment on table event_reactions is 'Emoji on items of a league''s feed.';
create index event_reactions_user_idx on event_reactions (user_id);

create table polls (
    channel_id bigint not null,
    seq bigint not null,
    choices_max smallint not null default 1,
    is_hidden boolean not null default false,
    closes_at timestamptz not null,
    constraint polls_pk primary key (channel_id, seq),
    constraint polls_message_fk foreign key (channel_id, seq) references chat_messages (channel_id, seq) on delete cascade,
    constraint polls_choices_range check (choices_max between 1 and 20)
);
comment on table polls is 'Polls; the message''s text is the question.';
comment on column polls.is_hidden is 'Votes are shown only after the close.';

create table poll_options (
    channel_id bigint not null,
    seq bigint not null,
    ordinal smallint not null,
    body text not null,
    constraint poll_options_pk primary key (channel_id, seq, ordinal),
    constraint poll_options_poll_fk foreign key (channel_id, seq) references polls (channel_id, seq) on delete cascade,
    constraint poll_options_ordinal_range check (ordinal between 1 and 20),
    constraint poll_options_body_length check (length(body) between 1 and 200)
);
comment on table poll_options is 'What a poll offers.';

create table poll_votes (
    channel_id bigint not null,
    seq bigint not null,
    ordinal smallint not null,
    user_id bigint not null,
    at timestamptz not null default now(),
    constraint poll_votes_pk primary key (channel_id, seq, ordinal, user_id),
    constraint poll_votes_option_fk foreign key (channel_id, seq, ordinal) references poll_options (channel_id, seq, ordinal) on delete cascade,
    constraint poll_votes_user_fk foreign key (user_id) references users (id)
);
comment on table poll_votes is 'Who chose what.';
create index poll_votes_user_idx on poll_votes (user_id);

create table notification_settings (
    user_id bigint not null,
    kind text not null,
    channel text not null,
    is_on boolean not null,
    constraint notification_settings_pk primary key (user_id, kind, channel),
    constraint notification_settings_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint notification_settings_kind_known check (kind in (
        'draft', 'trade', 'waiver', 'score', 'injury', 'lineup', 'matchup', 'news', 'commissioner', 'league', 'chat', 'mention', 'digest'
    )),
    constraint notification_settings_channel_known check (channel in ('inbox', 'push', 'email'))
);
comment on table notification_settings is 'What a person wants to hear of, and how; without a row the default of the kind holds.';

create table notifications (
    id bigint generated always as identity,
    user_id bigint not null,
    kind text not null,
    title text not null,
    body text not null,
    link text,
    league_id bigint,
    priority text not null default 'normal',
    dedupe_key text not null,
    created_at timestamptz not null default now(),
    read_at timestamptz,
    push_state text not null default 'none',
    email_state text not null default 'none',
    constraint notifications_pk primary key (id),
    constraint notifications_dedupe_unique unique (user_id, dedupe_key),
    constraint notifications_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint notifications_league_fk foreign key (league_id) references leagues (id),
    constraint notifications_kind_known check (kind in (
        'draft', 'trade', 'waiver', 'score', 'injury', 'lineup', 'matchup', 'news', 'commissioner', 'league', 'chat', 'mention', 'digest'
    )),
    constraint notifications_title_length check (length(title) between 1 and 200),
    constraint notifications_body_length check (length(body) <= 2000),
    constraint notifications_link_form check (link ~ '^/' and length(link) <= 400),
    constraint notifications_priority_known check (priority in ('low', 'normal', 'high')),
    constraint notifications_dedupe_length check (length(dedupe_key) between 1 and 200),
    constraint notifications_push_state_known check (push_state in ('none', 'pending', 'sent', 'failed')),
    constraint notifications_email_state_known check (email_state in ('none', 'pending', 'sent', 'failed'))
);
comment on table notifications is 'The inbox: one row per recipient and fact.';
create index notifications_unread_idx on notifications (user_id, id) where read_at is null;
create index notifications_league_idx on notifications (league_id) where league_id is not null;
create index notifications_outgoing_idx on notifications (id) where push_state = 'pending' or email_state = 'pending';

create table push_subscriptions (
    id bigint generated always as identity,
    user_id bigint not null,
    endpoint text not null,
    p256dh bytea not null,
    auth bytea not null,
    agent text,
    created_at timestamptz not null default now(),
    last_ok_at timestamptz,
    failures smallint not null default 0,
    constraint push_subscriptions_pk primary key (id),
    constraint push_subscriptions_endpoint_unique unique (endpoint),
    constraint push_subscriptions_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint push_subscriptions_endpoint_form check (endpoint ~ '^https://' and length(endpoint) <= 2000),
    constraint push_subscriptions_p256dh_length check (octet_length(p256dh) = 65),
    constraint push_subscriptions_auth_length check (octet_length(auth) = 16),
    constraint push_subscriptions_agent_length check (length(agent) <= 400),
    constraint push_subscriptions_failures_not_negative check (failures >= 0)
);
comment on table push_subscriptions is 'Devices that take web push messages.';
create index push_subscriptions_user_idx on push_subscriptions (user_id);

create table player_marks (
    user_id bigint not null,
    player_id bigint not null,
    kind text not null,
    created_at timestamptz not null default now(),
    constraint player_marks_pk primary key (user_id, player_id, kind),
    constraint player_marks_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint player_marks_player_fk foreign key (player_id) references players (id),
    constraint player_marks_kind_known check (kind in ('watch', 'like'))
);
comment on table player_marks is 'Players a person watches or likes.';
create index player_marks_player_idx on player_marks (player_id, kind);

create table player_notes (
    id bigint generated always as identity,
    user_id bigint not null,
    player_id bigint not null,
    body text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint player_notes_pk primary key (id),
    constraint player_notes_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint player_notes_player_fk foreign key (player_id) references players (id),
    constraint player_notes_body_length check (length(body) between 1 and 4000)
);
comment on table player_notes is 'A person''s private notes on players.';
create index player_notes_user_idx on player_notes (user_id, player_id);
create index player_notes_player_idx on player_notes (player_id);
