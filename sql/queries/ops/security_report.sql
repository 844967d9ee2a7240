-- Tries to sign in that look like attacks, under stated rules, from what was recorded.
-- param hours bigint
-- result json
-- access read
with tries as (
    select e.at, e.ip, e.email_hash, e.user_id, e.outcome, coalesce(e.reason, e.outcome) as reason
    from auth_events e
    where e.kind = 'sign_in'
      and e.outcome <> 'ok'
      and e.at > now() - :hours * interval '1 hour'
), by_source as (
    select host(t.ip) as source, count(*) as count, count(distinct t.email_hash) as accounts, min(t.at) as first, max(t.at) as last
    from tries t
    where t.ip is not null
    group by t.ip
    having count(*) >= 10 or count(distinct t.email_hash) >= 3
), by_account as (
    select encode(t.email_hash, 'hex') as account, count(*) as count, count(distinct t.ip) as sources, min(t.at) as first,
           max(t.at) as last
    from tries t
    where t.email_hash is not null
    group by t.email_hash
    having count(*) >= 5
), after_failures as (
    select e.user_id, host(e.ip) as source, e.at
    from auth_events e
    where e.kind = 'sign_in'
      and e.outcome = 'ok'
      and e.at > now() - :hours * interval '1 hour'
      and (
          select count(*)
          from auth_events f
          where f.ip = e.ip
            and f.outcome <> 'ok'
            and f.kind = 'sign_in'
            and f.at between e.at - interval '15 minutes' and e.at
      ) >= 5
)
select json_build_object(
    'suspiciousAttempts', (
        select coalesce(json_agg(x.document order by x.last desc), '[]')
        from (
            select s.last, json_build_object(
                'source', s.source, 'account', null, 'count', s.count, 'accounts', s.accounts, 'first', iso(s.first),
                'last', iso(s.last), 'reason',
                case when s.accounts >= 3 then 'many accounts from one address' else 'many tries from one address' end
            ) as document
            from by_source s
            union all
            select a.last, json_build_object(
                'source', null, 'account', left(a.account, 16), 'count', a.count, 'sources', a.sources, 'first', iso(a.first),
                'last', iso(a.last), 'reason', 'many tries on one account'
            )
            from by_account a
        ) x
    ),
    'suspiciousLogins', (
        select coalesce(json_agg(json_build_object(
            'userId', f.user_id, 'source', f.source, 'at', iso(f.at), 'reason', 'signed in after five failures from there'
        ) order by f.at desc), '[]')
        from after_failures f
    ),
    'failedAttempts', (select count(*) from tries),
    'lockouts', (
        select count(*)
        from auth_events e
        where e.kind = 'locked'
          and e.at > now() - :hours * interval '1 hour'
    ),
    'wrongCodes', (
        select count(*)
        from auth_events e
        where e.kind = 'second_factor'
          and e.outcome = 'refused'
          and e.at > now() - :hours * interval '1 hour'
    ),
    'newDevices', (
        select count(*)
        from auth_events e
        where e.kind = 'sign_in'
          and e.reason = 'new device'
          and e.at > now() - :hours * interval '1 hour'
    ),
    'anomalousActivity', (
        select coalesce(json_agg(json_build_object(
            'hour', iso(h.hour), 'failed', h.count, 'reason', 'over five times the usual, and over 20 in the hour'
        ) order by h.hour desc), '[]')
        from (
            select date_trunc('hour', t.at, 'UTC') as hour, count(*) as count
            from tries t
            group by 1
        ) h
        where h.count > 20
          and h.count > 5 * (
              select count(*)
              from auth_events u
              where u.kind = 'sign_in'
                and u.outcome <> 'ok'
                and u.at > now() - interval '7 days'
                and u.at < h.hour
          ) / 168.0
    ),
    'rules', json_build_array(
        'from one address: 10 refused tries, or tries on 3 accounts', 'on one account: 5 refused tries',
        'a sign-in within 15 minutes after 5 refused tries from the same address',
        'an hour with over 20 refused tries and over 5 times the mean of the week before'
    ),
    'hours', :hours::bigint,
    'timestamp', iso(now())
);
