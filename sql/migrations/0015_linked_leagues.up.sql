-- The seasons of one league, as previous_league_id links them.
create function linked_leagues(start_id bigint) returns table (id bigint)
language sql stable
as $$
    with recursive earlier as (
        select l.id, l.previous_league_id
        from leagues l
        where l.id = start_id
          and l.deleted_at is null
        union
        select l.id, l.previous_league_id
        from earlier e
        join leagues l
            on l.id = e.previous_league_id
        where l.deleted_at is null
    ), later as (
        select l.id
        from leagues l
        where l.id = start_id
          and l.deleted_at is null
        union
        select l.id
        from later e
        join leagues l
            on l.previous_league_id = e.id
        where l.deleted_at is null
    )
    select e.id
    from earlier e
    union
    select e.id
    from later e
$$;
comment on function linked_leagues is 'The league itself, every earlier season of it and every later one.';
