-- Drafts: those of one league, or of the leagues a user may see: {drafts: [Draft without picks]}.
-- param league_id bigint nullable
-- param user_id bigint nullable
-- result json
-- access read
select json_build_object('drafts', coalesce(json_agg(draft_document(d) order by f.id desc), '[]'))
from (
    select a.league_id, a.id
    from drafts a
    join leagues l
        on l.id = a.league_id
    where l.deleted_at is null
      and (:league_id::bigint is null or l.id = :league_id)
      and (
          l.visibility = 'public'
          or exists (select from league_members m where m.league_id = l.id and m.user_id = :user_id and m.state = 'active')
      )
    order by a.id desc
    limit 100
) f
join drafts d
    on d.league_id = f.league_id and d.id = f.id;
