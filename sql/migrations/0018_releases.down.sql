drop table releases;
alter table schema_migrations drop column kind;
