-- The leagues a user may see, his own first: {leagues: [LeagueSummary]}.
-- param user_id bigint nullable
-- param season smallint nullable
-- param mine boolean
-- result json
-- access read
select json_build_object(
    'leagues', coalesce(json_agg(league_summary(l, :user_id) order by f.is_mine desc, l.season desc, l.id), '[]')
)
from (
    select a.id, m.user_id is not null as is_mine
    from leagues a
    left join league_members m
        on m.league_id = a.id and m.user_id = :user_id and m.state = 'active'
    where a.deleted_at is null
      and (:season::smallint is null or a.season = :season)
      and (m.user_id is not null or (not :mine and a.visibility = 'public'))
    order by is_mine desc, a.season desc, a.id
    limit 500
) f
join leagues l
    on l.id = f.id;
