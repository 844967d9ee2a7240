-- Who stays with his team in the next season: in a dynasty everybody, in a keeper league those named, or else those marked (keepers that an ended season has proposed).
-- param league_id bigint
-- param previous_league_id bigint
-- param players bigint[] nullable
-- result rows
-- access read
select n.id as team_id, n.name as team, r.player_id, r.placement, p.full_name, p.position
from roster_entries r
join leagues l
    on l.id = r.league_id
join teams n
    on n.league_id = :league_id and n.previous_team_id = r.team_id
join players p
    on p.id = r.player_id
where r.league_id = :previous_league_id
  and case
      when l.kind = 'dynasty' then true
      when l.kind <> 'keeper' then false
      when :players::bigint[] is not null then r.player_id = any(:players::bigint[])
      else exists (
          select
          from keepers k
          where k.league_id = r.league_id
            and k.team_id = r.team_id
            and k.player_id = r.player_id
            and k.state = 'proposed'
      )
  end
order by n.ordinal, r.placement, p.full_name, r.player_id;
