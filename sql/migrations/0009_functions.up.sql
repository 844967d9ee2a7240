-- What statements share: the form of a time in documents, and the hash of an event.

create function iso(at timestamptz) returns text
language sql stable strict parallel safe
return to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
comment on function iso(timestamptz) is 'ISO 8601 in UTC with milliseconds, as documents show times.';

-- The text that is hashed is described in src/league/ledger.h, where the same hash is made in C.
create function event_hash(
    prev_hash bytea, league_id bigint, seq bigint, command_id text, kind text, actor_kind text,
    actor_user_id bigint, team_id bigint, week smallint, visibility text, at timestamptz, payload jsonb
) returns bytea
language sql stable parallel safe
return sha256(convert_to(concat_ws(
    e'\n', 'astralfield event 1', encode(prev_hash, 'hex'), league_id, seq, command_id, kind, actor_kind,
    coalesce(actor_user_id::text, ''), coalesce(team_id::text, ''), coalesce(week::text, ''), visibility,
    (extract(epoch from at) * 1000000)::bigint, payload::text
), 'UTF8'));
comment on function event_hash is 'The hash of one event of a league, chained to the one before.';

create function player_ref(p players) returns json
language sql stable parallel safe
return json_build_object(
    'id', p.id, 'name', p.full_name, 'firstName', p.first_name, 'lastName', p.last_name, 'position', p.position,
    'nflTeam', p.nfl_team_code, 'jersey', p.jersey, 'injuryStatus', p.injury_status, 'isSample', p.is_sample
);
comment on function player_ref is 'A player as documents name him.';

create function team_ref(t teams) returns json
language sql stable parallel safe
return json_build_object(
    'id', t.id,
    'name', t.name,
    'abbrev', coalesce(t.abbreviation, upper(left(t.name, 4))),
    'crest', case when t.logo_key ~ '^crest-[0-9]+$' then substr(t.logo_key, 7)::integer else (t.ordinal - 1) % 12 end,
    'managers', (
        select coalesce(json_agg(coalesce(m.display_name, u.display_name) order by o.is_primary desc, o.since), '[]'::json)
        from team_owners o
        join users u
            on u.id = o.user_id
        join league_members m
            on m.league_id = o.league_id and m.user_id = o.user_id
        where o.league_id = t.league_id
          and o.team_id = t.id
    )
);
comment on function team_ref is 'A team as documents name it.';

create function league_settings(l leagues) returns jsonb
language sql stable parallel safe
return (
    select jsonb_build_object(
        'maxTeams', l.team_count,
        'preset', coalesce(p.preset, 'custom'),
        'visibility', l.visibility,
        'openToJoin', l.is_open_to_join,
        'timeZone', l.time_zone,
        'bestBall', l.is_best_ball,
        'rosterSlots', (
            select coalesce(jsonb_agg(jsonb_build_object('slot', s.slot, 'count', s.count) order by s.ordinal), '[]')
            from roster_slots s
            where s.league_id = l.id
        ),
        'scoringRules', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'stat', r.stat_key, 'points', trim_scale(r.weight), 'from', trim_scale(r.band_from),
                'to', trim_scale(r.band_to), 'positions', to_jsonb(r.positions)
            ) order by r.ordinal), '[]')
            from scoring_rules r
            where r.profile_id = l.scoring_profile_id
        ),
        'startWeek', l.start_week,
        'regularWeeks', l.playoff_start_week - l.start_week,
        'playoffStartWeek', l.playoff_start_week,
        'playoffTeams', l.playoff_teams,
        'playoffRoundType', case l.playoff_rounds when 'two_weeks' then 'two_week' else l.playoff_rounds end,
        'reseed', l.is_reseeded,
        'thirdPlaceGame', l.has_third_place_game,
        'consolation', l.consolation,
        'medianGame', l.has_median_game
    ) || jsonb_build_object(
        'tiebreak', (
            select case string_agg(t.criterion, ' ' order by t.ordinal)
                       when 'record head_to_head points_for points_against_low coin' then 'astralfield'
                       when 'record points_for head_to_head division_record points_against_high coin' then 'espn'
                       when 'record points_for points_against_high coin' then 'sleeper'
                       when 'record points_for recent_weeks coin' then 'yahoo'
                       else 'custom'
                   end
            from league_tiebreaks t
            where t.league_id = l.id
        ),
        'finalDelayHours', l.final_delay_hours,
        'lockRule', case l.lock_rule when 'player_kickoff' then 'kickoff' else l.lock_rule end,
        'irStatuses', to_jsonb(l.ir_statuses),
        'addsPerWeek', l.adds_per_week_max,
        'addsPerSeason', l.adds_per_season_max,
        'waiverKind', l.waiver_kind,
        'waiverHours', l.waiver_hours,
        'waiverContinuous', l.waiver_is_continuous,
        'faabBudget', l.faab_budget,
        'faabMinBid', l.faab_min_bid,
        'tradeDeadlineWeek', l.trade_deadline_week,
        'tradeReview', l.trade_review,
        'tradeReviewHours', l.trade_review_hours,
        'tradeVetoVotes', l.trade_veto_votes,
        'tradeExpiryHours', l.trade_expiry_hours,
        'draftKind', case when d.reversal_round is not null then 'third_round_reversal' else coalesce(d.kind, 'snake') end,
        'secondsPerPick', coalesce(d.seconds_per_pick, 90)
    )
    from scoring_profiles p
    left join lateral (
        select d.kind, d.reversal_round, d.seconds_per_pick
        from drafts d
        where d.league_id = l.id
          and d.state <> 'cancelled'
        order by d.id desc
        limit 1
    ) d on true
    where p.id = l.scoring_profile_id
);
comment on function league_settings is 'Every setting of a league by the name documents and requests use (src/league/settings.def).';

create function league_summary(l leagues, user_id bigint) returns jsonb
language sql stable parallel safe
return jsonb_build_object(
    'id', l.id,
    'name', l.name,
    'season', l.season,
    'state', l.state,
    'visibility', l.visibility,
    'teamCount', (select count(*) from teams t where t.league_id = l.id),
    'maxTeams', l.team_count,
    'currentWeek', (select w.week from league_current_weeks w where w.league_id = l.id),
    'isSample', l.is_sample,
    'isMember', exists (
        select from league_members m where m.league_id = l.id and m.user_id = league_summary.user_id and m.state = 'active'
    ),
    'scoringPreset', (select coalesce(p.preset, 'custom') from scoring_profiles p where p.id = l.scoring_profile_id),
    'source', case when l.source_platform is not null then
        jsonb_build_object('platform', l.source_platform, 'leagueId', l.source_league_id)
    end
);
comment on function league_summary is 'A league as lists show it to a user; the user may be null.';

create function draft_document(d drafts) returns jsonb
language sql stable parallel safe
return jsonb_build_object(
    'id', d.id,
    'leagueId', d.league_id,
    'state', d.state,
    'kind', case when d.reversal_round is not null then 'third_round_reversal' else d.kind end,
    'rounds', d.rounds,
    'secondsPerPick', d.seconds_per_pick,
    'seq', d.seq,
    'currentPick', d.current_pick,
    'currentRound', (
        select p.round
        from draft_picks p
        where p.league_id = d.league_id and p.draft_id = d.id and p.overall = d.current_pick
    ),
    'scheduledAt', iso(d.scheduled_at),
    'startedAt', iso(d.started_at),
    'completedAt', iso(d.completed_at),
    'deadlineAt', iso(d.deadline_at),
    'pausedRemainingMs', d.paused_remaining_ms,
    'orderMethod', d.order_method,
    'orderCommitment', encode(d.order_commitment, 'hex'),
    'onClock', (
        select team_ref(t)
        from draft_picks p
        join teams t
            on t.league_id = p.league_id and t.id = p.owner_team_id
        where p.league_id = d.league_id and p.draft_id = d.id and p.overall = d.current_pick
    ),
    'order', (
        select coalesce(jsonb_agg(team_ref(t)::jsonb || jsonb_build_object('isAutopick', o.is_autopick) order by o.slot), '[]')
        from draft_teams o
        join teams t
            on t.league_id = o.league_id and t.id = o.team_id
        where o.league_id = d.league_id and o.draft_id = d.id
    )
);
comment on function draft_document is 'A draft as documents show it, its picks left out.';

create function draft_picks_document(d drafts) returns json
language sql stable parallel safe
return (
    select coalesce(json_agg(json_build_object(
        'number', k.overall, 'round', k.round, 'team', t.ref,
        'player', case when p.id is not null then player_ref(p) end,
        'madeAt', iso(k.made_at), 'madeBy', k.made_by, 'autoReason', k.auto_reason
    ) order by k.overall), '[]')
    from draft_picks k
    join (
        select t.id, team_ref(t) as ref
        from teams t
        where t.league_id = d.league_id
    ) t
        on t.id = k.owner_team_id
    left join players p
        on p.id = k.player_id
    where k.league_id = d.league_id
      and k.draft_id = d.id
);
comment on function draft_picks_document is 'The picks of a draft in their order, made and to come.';
