-- Makes the list of backups what was found on disk; what was found at no place goes.
-- param found jsonb
-- result none
-- access write
with f as (
    select x.place, x.id, x.engine, x."startedAt", x."finishedAt", x.bytes, x."databaseBytes", x.checksum, x.encrypted,
           x.whole, x."verifiedAt", x.verified, x.verification
    from jsonb_to_recordset(:found) as x (
        place text, id text, engine text, "startedAt" timestamptz, "finishedAt" timestamptz, bytes bigint,
        "databaseBytes" bigint, checksum text, encrypted boolean, whole boolean, "verifiedAt" timestamptz,
        verified boolean, verification text
    )
), gone as (
    delete from backups b
    where not exists (select from f where f.place = b.place and f.id = b.id)
)
insert into backups as b (
    place, id, engine, started_at, finished_at, bytes, database_bytes, checksum, is_encrypted, is_whole, verified_at,
    is_verified, verification, seen_at
)
select f.place, f.id, f.engine, f."startedAt", f."finishedAt", f.bytes, f."databaseBytes", f.checksum, f.encrypted,
       f.whole, f."verifiedAt", f.verified, f.verification, clock_timestamp()
from f
on conflict on constraint backups_pk do update
set engine = excluded.engine, started_at = excluded.started_at, finished_at = excluded.finished_at,
    bytes = excluded.bytes, database_bytes = excluded.database_bytes, checksum = excluded.checksum,
    is_encrypted = excluded.is_encrypted, is_whole = excluded.is_whole, verified_at = excluded.verified_at,
    is_verified = excluded.is_verified, verification = excluded.verification, seen_at = excluded.seen_at;
