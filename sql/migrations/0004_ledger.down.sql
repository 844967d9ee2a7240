drop table transaction_items;
drop table transactions;
drop table league_cursors;
drop table league_events;
drop table user_commands;
drop table league_commands;
