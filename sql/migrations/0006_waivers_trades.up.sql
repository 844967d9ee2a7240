-- Waivers and trades.

create table waiver_holds (
    league_id bigint not null,
    player_id bigint not null,
    until timestamptz not null,
    reason text not null,
    dropped_by_team_id bigint,
    constraint waiver_holds_player_unique primary key (league_id, player_id),
    constraint waiver_holds_league_fk foreign key (league_id) references leagues (id),
    constraint waiver_holds_player_fk foreign key (player_id) references players (id),
    constraint waiver_holds_team_fk foreign key (league_id, dropped_by_team_id) references teams (league_id, id),
    constraint waiver_holds_reason_known check (reason in ('dropped', 'game_started', 'elimination', 'commissioner')),
    constraint waiver_holds_team_by_reason check (dropped_by_team_id is not null or reason not in ('dropped', 'elimination'))
);
comment on table waiver_holds is 'Players who can only be claimed until then; of several reasons the one that ends last.';
create index waiver_holds_player_idx on waiver_holds (player_id);
create index waiver_holds_team_idx on waiver_holds (league_id, dropped_by_team_id) where dropped_by_team_id is not null;

create table waiver_runs (
    league_id bigint not null,
    id bigint generated always as identity,
    week smallint not null,
    due_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    constraint waiver_runs_pk primary key (league_id, id),
    constraint waiver_runs_due_unique unique (league_id, due_at),
    constraint waiver_runs_week_fk foreign key (league_id, week) references league_weeks (league_id, week),
    constraint waiver_runs_finish_after_start check (finished_at >= started_at),
    constraint waiver_runs_finish_has_start check (finished_at is null or started_at is not null)
);
comment on table waiver_runs is 'Runs of a league''s waivers, planned and done; one per due time, so a repeat does nothing.';
create index waiver_runs_week_idx on waiver_runs (league_id, week);

create table waiver_claims (
    league_id bigint not null,
    id bigint generated always as identity,
    team_id bigint not null,
    add_player_id bigint not null,
    drop_player_id bigint,
    bid integer,
    commitment bytea,
    rank smallint not null,
    claim_group smallint,
    state text not null default 'pending',
    reason text,
    price integer,
    run_id bigint,
    made_at timestamptz not null,
    decided_at timestamptz,
    constraint waiver_claims_pk primary key (league_id, id),
    constraint waiver_claims_id_unique unique (id),
    constraint waiver_claims_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint waiver_claims_add_fk foreign key (add_player_id) references players (id),
    constraint waiver_claims_drop_fk foreign key (drop_player_id) references players (id),
    constraint waiver_claims_run_fk foreign key (league_id, run_id) references waiver_runs (league_id, id),
    constraint waiver_claims_two_players check (add_player_id <> drop_player_id),
    constraint waiver_claims_bid_not_negative check (bid >= 0),
    constraint waiver_claims_commitment_length check (octet_length(commitment) = 32),
    constraint waiver_claims_rank_positive check (rank > 0),
    constraint waiver_claims_group_positive check (claim_group > 0),
    constraint waiver_claims_state_known check (state in ('pending', 'won', 'lost', 'invalid', 'cancelled')),
    constraint waiver_claims_decided_by_state check ((state = 'pending') = (decided_at is null)),
    constraint waiver_claims_run_by_state check ((state in ('won', 'lost', 'invalid')) = (run_id is not null)),
    constraint waiver_claims_reason_known check (reason in (
        'player_taken', 'outbid', 'lower_priority', 'over_budget', 'drop_gone', 'drop_locked', 'roster_full',
        'position_limit', 'add_limit', 'group_done', 'team_locked', 'bid_mismatch', 'player_not_on_waivers'
    )),
    constraint waiver_claims_reason_by_state check ((state in ('lost', 'invalid')) = (reason is not null)),
    constraint waiver_claims_price_by_state check (price is null or (state = 'won' and bid is not null)),
    constraint waiver_claims_price_range check (price between 0 and bid)
);
comment on table waiver_claims is 'Claims and bids. What is pending is sealed: only its own team may read it.';
comment on column waiver_claims.commitment is 'SHA-256 of bid and salt, where the bid itself is only told at the run.';
comment on column waiver_claims.rank is 'The team''s own order of its claims.';
comment on column waiver_claims.claim_group is 'Alternatives: the first that wins cancels the rest of its group.';
create unique index waiver_claims_pending_unique on waiver_claims (league_id, team_id, add_player_id, coalesce(drop_player_id, 0)) where state = 'pending';
create unique index waiver_claims_won_unique on waiver_claims (league_id, run_id, add_player_id) where state = 'won';
create index waiver_claims_team_idx on waiver_claims (league_id, team_id, state);
create index waiver_claims_run_idx on waiver_claims (league_id, run_id) where run_id is not null;
create index waiver_claims_add_idx on waiver_claims (add_player_id);
create index waiver_claims_drop_idx on waiver_claims (drop_player_id) where drop_player_id is not null;

create table trades (
    league_id bigint not null,
    id bigint generated always as identity,
    proposer_team_id bigint not null,
    state text not null default 'proposed',
    message text,
    counter_of_id bigint,
    proposed_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    review text,
    review_until timestamptz,
    veto_votes smallint,
    decided_at timestamptz,
    decided_by_user_id bigint,
    reason text,
    executed_transaction_id bigint,
    constraint trades_pk primary key (league_id, id),
    constraint trades_id_unique unique (id),
    constraint trades_transaction_unique unique (league_id, executed_transaction_id),
    constraint trades_proposer_fk foreign key (league_id, proposer_team_id) references teams (league_id, id),
    constraint trades_counter_of_fk foreign key (league_id, counter_of_id) references trades (league_id, id),
    constraint trades_decided_by_fk foreign key (decided_by_user_id) references users (id),
    constraint trades_transaction_fk foreign key (league_id, executed_transaction_id) references transactions (league_id, id),
    constraint trades_state_known check (state in (
        'proposed', 'countered', 'in_review', 'accepted', 'executed', 'rejected', 'cancelled', 'vetoed', 'expired', 'failed'
    )),
    constraint trades_message_length check (length(message) <= 1000),
    constraint trades_counter_of_other check (counter_of_id <> id),
    constraint trades_expiry_after_start check (expires_at > proposed_at),
    constraint trades_accepted_by_state check (accepted_at is not null or state not in ('in_review', 'accepted', 'executed', 'vetoed')),
    constraint trades_review_known check (review in ('none', 'commissioner', 'vote')),
    constraint trades_review_when_accepted check ((accepted_at is null) = (review is null)),
    constraint trades_review_until_by_review check ((review_until is not null) = (coalesce(review, 'none') <> 'none')),
    constraint trades_veto_votes_by_review check ((veto_votes is not null) = (coalesce(review, 'none') = 'vote')),
    constraint trades_veto_votes_range check (veto_votes between 1 and 32),
    constraint trades_decided_by_state check ((state in ('proposed', 'in_review', 'accepted')) = (decided_at is null)),
    constraint trades_transaction_by_state check ((state = 'executed') = (executed_transaction_id is not null)),
    constraint trades_reason_length check (length(reason) between 1 and 500),
    constraint trades_reason_by_state check (reason is not null or state not in ('failed', 'vetoed'))
);
comment on table trades is 'Trade offers. The review rule in force when a trade is accepted stays in force for it.';
comment on column trades.state is 'accepted: agreed and waiting for locked players; in_review: agreed and open to veto.';
create index trades_proposer_idx on trades (league_id, proposer_team_id);
create index trades_counter_of_idx on trades (league_id, counter_of_id) where counter_of_id is not null;
create index trades_decided_by_idx on trades (decided_by_user_id) where decided_by_user_id is not null;
create index trades_open_idx on trades (league_id, id) where state in ('proposed', 'in_review', 'accepted');

create table trade_teams (
    league_id bigint not null,
    trade_id bigint not null,
    team_id bigint not null,
    answer text not null default 'open',
    answered_at timestamptz,
    constraint trade_teams_pk primary key (league_id, trade_id, team_id),
    constraint trade_teams_trade_fk foreign key (league_id, trade_id) references trades (league_id, id),
    constraint trade_teams_team_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint trade_teams_answer_known check (answer in ('open', 'accepted', 'rejected')),
    constraint trade_teams_answered_at_by_answer check ((answer = 'open') = (answered_at is null))
);
comment on table trade_teams is 'The parties of a trade; all must accept.';
create index trade_teams_team_idx on trade_teams (league_id, team_id);

create table trade_items (
    league_id bigint not null,
    trade_id bigint not null,
    ordinal smallint not null,
    kind text not null,
    from_team_id bigint not null,
    to_team_id bigint,
    player_id bigint,
    pick_id bigint,
    amount integer,
    constraint trade_items_pk primary key (league_id, trade_id, ordinal),
    constraint trade_items_player_unique unique (league_id, trade_id, player_id),
    constraint trade_items_pick_unique unique (league_id, trade_id, pick_id),
    constraint trade_items_from_fk foreign key (league_id, trade_id, from_team_id) references trade_teams (league_id, trade_id, team_id),
    constraint trade_items_to_fk foreign key (league_id, trade_id, to_team_id) references trade_teams (league_id, trade_id, team_id),
    constraint trade_items_player_fk foreign key (player_id) references players (id),
    constraint trade_items_pick_fk foreign key (league_id, pick_id) references draft_picks (league_id, id),
    constraint trade_items_ordinal_positive check (ordinal > 0),
    constraint trade_items_kind_known check (kind in ('player', 'pick', 'faab', 'drop')),
    constraint trade_items_two_teams check (from_team_id <> to_team_id),
    constraint trade_items_to_by_kind check ((kind = 'drop') = (to_team_id is null)),
    constraint trade_items_one_thing check (
        (kind in ('player', 'drop')) = (player_id is not null)
        and (kind = 'pick') = (pick_id is not null)
        and (kind = 'faab') = (amount is not null)
    ),
    constraint trade_items_amount_positive check (amount > 0)
);
comment on table trade_items is 'What a trade moves; a drop leaves its team to make room.';
create index trade_items_from_idx on trade_items (league_id, trade_id, from_team_id);
create index trade_items_to_idx on trade_items (league_id, trade_id, to_team_id);
create index trade_items_player_idx on trade_items (player_id) where player_id is not null;
create index trade_items_pick_idx on trade_items (league_id, pick_id) where pick_id is not null;

create table trade_votes (
    league_id bigint not null,
    trade_id bigint not null,
    team_id bigint not null,
    user_id bigint not null,
    vote text not null,
    at timestamptz not null,
    constraint trade_votes_pk primary key (league_id, trade_id, team_id),
    constraint trade_votes_trade_fk foreign key (league_id, trade_id) references trades (league_id, id),
    constraint trade_votes_owner_fk foreign key (league_id, team_id) references teams (league_id, id),
    constraint trade_votes_user_fk foreign key (league_id, user_id) references league_members (league_id, user_id),
    constraint trade_votes_vote_known check (vote in ('allow', 'veto'))
);
comment on table trade_votes is 'Votes on a trade in review: one per team, none of its parties.';
create index trade_votes_team_idx on trade_votes (league_id, team_id);
create index trade_votes_user_idx on trade_votes (league_id, user_id);

-- No constraint can say "is not in that table".
create function refuse_party_vote() returns trigger
language plpgsql
as $$
begin
    if exists (
        select 1
        from trade_teams t
        where t.league_id = new.league_id
          and t.trade_id = new.trade_id
          and t.team_id = new.team_id
    ) then
        raise exception 'a party of the trade does not vote on it'
            using errcode = 'check_violation', constraint = 'trade_votes_not_a_party', table = 'trade_votes';
    end if;
    return new;
end
$$;

create trigger trade_votes_not_a_party
before insert or update on trade_votes
for each row execute function refuse_party_vote();
