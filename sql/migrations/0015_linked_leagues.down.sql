drop function linked_leagues (bigint);
