-- How a draft stands, and one of its picks: {pick, draft}.
-- param draft_id bigint
-- param number smallint nullable
-- result json
-- access read
select json_build_object(
    'pick', (
        select json_build_object(
            'number', k.overall, 'round', k.round, 'team', team_ref(t),
            'player', case when p.id is not null then player_ref(p) end,
            'madeAt', iso(k.made_at), 'madeBy', k.made_by, 'autoReason', k.auto_reason
        )
        from draft_picks k
        join teams t
            on t.league_id = k.league_id and t.id = k.owner_team_id
        left join players p
            on p.id = k.player_id
        where k.league_id = d.league_id
          and k.draft_id = d.id
          and k.overall = :number
    ),
    'draft', draft_document(d)
)
from drafts d
where d.id = :draft_id;
