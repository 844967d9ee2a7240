#include "db/migrate_try.h"

#include <libpq-fe.h>
#include <unistd.h>

#include "base/check.h"
#include "db/migrate.h"
#include "db/split.h"
#include "db/statements.h"

enum { STATEMENTS_MAX = 5000, LOCKS_MAX = 500 };

struct scratch {
    PGconn *real; /* to make and remove it, and to ask about sizes */
    PGconn *pg;
    const char *name;
    struct faults *faults;
};

static void drop_notice(void *thing, const char *message)
{
    (void)thing;
    (void)message;
}

static PGconn *connect_as(const char *url, const char *user, const char *database)
{
    const char *keys[4] = { "dbname" };
    const char *values[4] = { url };
    size_t count = 1;
    if (user != NULL) {
        keys[count] = "user";
        values[count++] = user;
    }
    if (database != NULL) {
        keys[count] = "dbname";
        values[count++] = database;
    }
    PGconn *pg = PQconnectdbParams(keys, values, 1);
    PQsetNoticeProcessor(pg, drop_notice, NULL);
    return pg;
}

static enum error execute(struct scratch *scratch, PGconn *pg, const char *text)
{
    PGresult *result = PQexec(pg, text);
    ExecStatusType status = PQresultStatus(result);
    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
               ? OK
               : refuse(scratch->faults, E_UNAVAILABLE, "the trial database: %.*s",
                        FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
}

static enum error scratch_open(struct scratch *scratch, const char *url, const char *user,
                               struct faults *faults)
{
    struct arena *arena = faults->arena;
    scratch->faults = faults;
    scratch->real = connect_as(url, user, NULL);
    if (PQstatus(scratch->real) != CONNECTION_OK) {
        return refuse(faults, E_UNAVAILABLE, "cannot connect to the database: %.*s",
                      FMT(slice_trim(slice_from(PQerrorMessage(scratch->real)))));
    }
    const char *name = arena_format(arena, "astralfield_trial_%d", (int)getpid()).ptr;
    PGresult *result = PQexec(
        scratch->real, arena_format(arena, "create database %s template template0", name).ptr);
    bool is_made = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    if (!is_made) {
        return refuse(faults, E_FORBIDDEN, "cannot make a database to try in (CREATEDB): %.*s",
                      FMT(slice_trim(slice_from(PQerrorMessage(scratch->real)))));
    }
    scratch->name = name;
    scratch->pg = connect_as(url, user, name);
    return PQstatus(scratch->pg) == CONNECTION_OK
               ? OK
               : refuse(faults, E_UNAVAILABLE, "cannot connect to the trial database");
}

static void scratch_done(struct scratch *scratch)
{
    PQfinish(scratch->pg);
    if (scratch->name != NULL) {
        PQclear(PQexec(scratch->real, arena_format(scratch->faults->arena,
                                                   "drop database %s with (force)", scratch->name)
                                          .ptr));
    }
    PQfinish(scratch->real);
}

/* ---- verify ---- */

/* The schema as text. */
static enum error facts(struct scratch *scratch, struct slice *ret_facts)
{
    PGresult *result = PQexec(scratch->pg, sql_statements[SQL_OPS_SCHEMA_FACTS].text);
    struct buffer out;
    buffer_init(&out, scratch->faults->arena);
    bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK;
    for (int i = 0; i < PQntuples(result); i++) {
        buffer_format(&out, "%s\n", PQgetvalue(result, i, 0));
    }
    PQclear(result);
    *ret_facts = buffer_slice(&out);
    return is_good ? OK
                   : refuse(scratch->faults, E_UNAVAILABLE, "cannot read the schema: %.*s",
                            FMT(slice_trim(slice_from(PQerrorMessage(scratch->pg)))));
}

static struct slice label(struct scratch *scratch, const struct sql_migration *migration)
{
    return arena_format(scratch->faults->arena, "%04d_%s", migration->version, migration->name);
}

static enum error up_down_up(struct scratch *scratch)
{
    struct faults *faults = scratch->faults;
    size_t count = (size_t)SQL_MIGRATION_COUNT;
    struct slice *before = ARENA_ARRAY(faults->arena, count + 1, struct slice);
    struct slice now = S("");
    for (size_t i = 0; i < count; i++) {
        TRY(facts(scratch, &before[i]));
        TRY(execute(scratch, scratch->pg, sql_migrations[i].up));
    }
    TRY(facts(scratch, &before[count]));
    for (size_t i = count; i-- > 0;) {
        TRY(execute(scratch, scratch->pg, sql_migrations[i].down));
        TRY(facts(scratch, &now));
        if (!slice_eq(now, before[i])) {
            fault_add(faults, label(scratch, &sql_migrations[i]),
                      "taken back, it leaves another schema than it found");
        }
    }
    for (size_t i = 0; i < count; i++) {
        TRY(execute(scratch, scratch->pg, sql_migrations[i].up));
        TRY(facts(scratch, &now));
        if (!slice_eq(now, before[i + 1])) {
            fault_add(faults, label(scratch, &sql_migrations[i]),
                      "applied again, it makes another schema than the first time");
        }
    }
    return OK;
}

enum error migrate_verify(const char *url, const char *admin_user, struct faults *faults,
                          size_t *ret_count)
{
    CLEANUP(scratch_done) struct scratch scratch = { .faults = faults };
    size_t before = faults->count;
    TRY(scratch_open(&scratch, url, admin_user, faults));
    TRY(up_down_up(&scratch));
    *ret_count = (size_t)SQL_MIGRATION_COUNT;
    return faults->count == before
               ? OK
               : refuse(faults, E_DRIFT, "migrations that cannot be taken back");
}

/* ---- plan ---- */

bool lock_blocks_reads(struct slice mode)
{
    return slice_eq(mode, S("AccessExclusiveLock"));
}

bool lock_blocks_writes(struct slice mode)
{
    return lock_blocks_reads(mode) || slice_eq(mode, S("ExclusiveLock")) ||
           slice_eq(mode, S("ShareRowExclusiveLock")) || slice_eq(mode, S("ShareLock"));
}

static int64_t number(PGconn *pg, const char *text, const char *value)
{
    const char *values[] = { value };
    int64_t result_number = -1;
    PGresult *result = PQexecParams(pg, text, value != NULL ? 1 : 0, NULL, values, NULL, NULL, 0);
    if (PQntuples(result) != 1 ||
        slice_to_int(slice_from(PQgetvalue(result, 0, 0)), &result_number) != OK) {
        result_number = -1;
    }
    PQclear(result);
    return result_number;
}

struct seen {
    struct try_lock list[LOCKS_MAX];
    size_t count;
};

static bool is_seen(const struct seen *seen, const char *table, const char *mode)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (slice_eq(slice_from(seen->list[i].table), slice_from(table)) &&
            slice_eq(slice_from(seen->list[i].mode), slice_from(mode))) {
            return true;
        }
    }
    return false;
}

/* Looking takes locks of its own on the catalog only; those are not ours. */
static void note_locks(struct scratch *scratch, const char *newest, struct seen *seen,
                       struct try_statement *statement)
{
    struct arena *arena = scratch->faults->arena;
    const char *values[] = { newest };
    PGresult *result = PQexecParams(scratch->pg, sql_statements[SQL_OPS_LOCKS_HELD].text, 1, NULL,
                                    values, NULL, NULL, 0);
    statement->locks = ARENA_ARRAY(arena, (size_t)PQntuples(result) + 1, struct try_lock);
    for (int i = 0; i < PQntuples(result); i++) {
        const char *table = arena_cstr(arena, slice_from(PQgetvalue(result, i, 0)));
        const char *mode = arena_cstr(arena, slice_from(PQgetvalue(result, i, 1)));
        if (!is_seen(seen, table, mode) && seen->count < LOCKS_MAX) {
            struct try_lock lock = {
                .table = table,
                .mode = mode,
                .rows = number(scratch->real, sql_statements[SQL_OPS_TABLE_ROWS].text, table),
            };
            seen->list[seen->count++] = lock;
            statement->locks[statement->lock_count++] = lock;
        }
    }
    PQclear(result);
}

static enum error try_migration(struct scratch *scratch, const struct sql_migration *migration,
                                struct try_plan *plan)
{
    struct arena *arena = scratch->faults->arena;
    struct seen *seen = ARENA_NEW(arena, struct seen);
    struct slice rest = slice_from(migration->up);
    int64_t newest =
        number(scratch->pg, "select coalesce(max(oid::bigint), 0) from pg_class", NULL);
    const char *boundary = arena_format(arena, "%lld", (long long)newest).ptr;
    TRY(execute(scratch, scratch->pg, "begin"));
    for (struct slice text = sql_next_statement(&rest); text.len > 0;
         text = sql_next_statement(&rest)) {
        CHECK(plan->count < STATEMENTS_MAX);
        struct try_statement *statement = &plan->list[plan->count++];
        *statement = (struct try_statement){ .version = migration->version, .text = text };
        TRY(execute(scratch, scratch->pg, arena_cstr(arena, text)));
        note_locks(scratch, boundary, seen, statement);
    }
    return execute(scratch, scratch->pg, "commit");
}

enum error migrate_plan(const char *url, const char *admin_user, struct faults *faults,
                        struct try_plan *ret_plan)
{
    CLEANUP(scratch_done) struct scratch scratch = { .faults = faults };
    struct migration_list list = { 0 };
    struct try_plan plan = { .list =
                                 ARENA_ARRAY(faults->arena, STATEMENTS_MAX, struct try_statement) };
    TRY(migrate_status(url, faults, &list));
    if (list.pending > 0) {
        TRY(scratch_open(&scratch, url, admin_user, faults));
    }
    for (size_t i = 0; i < SQL_MIGRATION_COUNT && list.pending > 0; i++) {
        const struct sql_migration *migration = &sql_migrations[i];
        bool is_pending = false;
        for (size_t k = 0; k < list.count; k++) {
            is_pending = is_pending || (list.list[k].version == migration->version &&
                                        list.list[k].state == MIGRATION_PENDING);
        }
        TRY(is_pending ? try_migration(&scratch, migration, &plan)
                       : execute(&scratch, scratch.pg, migration->up));
    }
    *ret_plan = plan;
    return OK;
}
