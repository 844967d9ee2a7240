-- Events whose command is missing, or that lie outside the numbers their command took; commands that took numbers without events.
-- param league_id bigint
-- result rows
-- access read
select e.seq, 'command ' || e.command_id as what,
       coalesce('seq ' || c.first_seq || ' to ' || c.last_seq, 'a command') as expected,
       'seq ' || e.seq as found
from league_events e
left join league_commands c
    on c.league_id = e.league_id and c.command_id = e.command_id
where e.league_id = :league_id
  and (e.seq between c.first_seq and c.last_seq) is not true
union all
select c.first_seq, 'command ' || c.command_id, (c.last_seq - c.first_seq + 1) || ' events', count(e.seq) || ' events'
from league_commands c
left join league_events e
    on e.league_id = c.league_id and e.seq between c.first_seq and c.last_seq
where c.league_id = :league_id
  and c.first_seq is not null
group by c.command_id, c.first_seq, c.last_seq
having count(e.seq) <> c.last_seq - c.first_seq + 1
order by seq;
