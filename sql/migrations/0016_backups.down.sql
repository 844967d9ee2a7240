drop table drills;
drop table backups;
drop table ops_facts;
