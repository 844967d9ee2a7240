-- What only the database knows of a minute: people who were active, and how large it is.
-- result row
-- access read
select pg_database_size(current_database()) as bytes, (
    select count(distinct s.user_id)
    from (
        select s.user_id
        from sessions s
        where s.revoked_at is null
          and s.last_seen_at > now() - interval '5 minutes'
        union all
        select t.user_id
        from api_tokens t
        where t.revoked_at is null
          and t.last_used_at > now() - interval '5 minutes'
    ) s
) as users;
