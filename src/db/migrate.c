#include "db/migrate.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <time.h>

#include "base/check.h"
#include "db/statements.h"

enum {
    RETRIES_MAX = 25,    /* of a migration that waits for a table: about a minute in all */
    RETRY_WAIT_MS = 400, /* between two of them: whoever queued behind us goes first */
    LOCK_MS = 2000,
};

/* Any fixed number; one migrator at a time in a database. */
#define MIGRATION_LOCK "select pg_advisory_lock(5170817)"

struct session {
    PGconn *pg;
    struct faults *faults;
    char sqlstate[6]; /* of the last statement that failed */
};

static void session_done(struct session *session)
{
    PQfinish(session->pg);
}

static void drop_notice(void *thing, const char *message)
{
    (void)thing;
    (void)message;
}

static enum error failed(struct session *session, const char *what)
{
    struct slice why = slice_trim(slice_from(PQerrorMessage(session->pg)));
    return refuse(session->faults,
                  PQstatus(session->pg) == CONNECTION_OK ? E_INTERNAL : E_UNAVAILABLE, "%s: %.*s",
                  what, FMT(why));
}

static enum error execute(struct session *session, const char *text, const char *what)
{
    PGresult *result = PQexec(session->pg, text);
    ExecStatusType status = PQresultStatus(result);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state != NULL) {
        snprintf(session->sqlstate, sizeof(session->sqlstate), "%s", state);
    }
    PQclear(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? OK : failed(session, what);
}

static enum error session_open(struct session *session, const char *url, struct faults *faults)
{
    *session = (struct session){ .pg = PQconnectdb(url), .faults = faults };
    PQsetNoticeProcessor(session->pg, drop_notice, NULL);
    if (PQstatus(session->pg) != CONNECTION_OK) {
        return failed(session, "cannot connect to the database");
    }
    return execute(session, MIGRATION_LOCK, "cannot take the migration lock");
}

/* The first migration makes the table; a new database has none. */
static bool has_table(struct session *session)
{
    PGresult *result = PQexec(session->pg, "select to_regclass('schema_migrations') is not null");
    bool is_there = PQntuples(result) == 1 && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return is_there;
}

static const struct sql_migration *ours(int version)
{
    for (size_t i = 0; i < SQL_MIGRATION_COUNT; i++) {
        if (sql_migrations[i].version == version) {
            return &sql_migrations[i];
        }
    }
    return NULL;
}

static struct migration_status *find(const struct migration_list *list, int version)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->list[i].version == version) {
            return &list->list[i];
        }
    }
    return NULL;
}

bool migration_contracts(const char *up)
{
    struct slice rest = slice_from(up);
    while (rest.ptr != NULL) {
        if (slice_starts(slice_cut(&rest, '\n'), S("-- contract:"))) {
            return true;
        }
    }
    return false;
}

static enum error read_applied(struct session *session, struct migration_list *list)
{
    PGresult *result = PQexec(session->pg, "select version, name, checksum, to_char(applied_at at "
                                           "time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), "
                                           "to_jsonb(m) ->> 'kind' = 'contract' "
                                           "from schema_migrations m order by version");
    if (PQresultStatus(result) != PGRES_TUPLES_OK) {
        PQclear(result);
        return failed(session, "cannot read schema_migrations");
    }
    struct arena *arena = session->faults->arena;
    size_t applied = (size_t)PQntuples(result);
    list->list = ARENA_ARRAY(arena, applied + (size_t)SQL_MIGRATION_COUNT, struct migration_status);
    for (size_t i = 0; i < applied; i++) {
        int64_t version = 0;
        enum error error = slice_to_int(slice_from(PQgetvalue(result, (int)i, 0)), &version);
        CHECK(error == OK);
        const struct sql_migration *migration = ours((int)version);
        bool is_same = migration != NULL && slice_eq(slice_from(migration->checksum),
                                                     slice_from(PQgetvalue(result, (int)i, 2)));
        bool is_contraction = PQgetvalue(result, (int)i, 4)[0] == 't';
        bool is_newer = migration == NULL && !is_contraction &&
                        (int)version > sql_migrations[SQL_MIGRATION_COUNT - 1].version;
        list->level = (int)version;
        list->list[list->count++] = (struct migration_status){
            .version = (int)version,
            .is_contraction = is_contraction,
            .name = arena_copy(arena, slice_from(PQgetvalue(result, (int)i, 1))),
            .state = is_newer            ? MIGRATION_NEWER
                     : migration == NULL ? MIGRATION_UNKNOWN
                     : is_same           ? MIGRATION_APPLIED
                                         : MIGRATION_DRIFTED,
            .applied_at = arena_copy(arena, slice_from(PQgetvalue(result, (int)i, 3))),
        };
        list->newer += is_newer;
        list->drifted += !is_same && !is_newer;
    }
    PQclear(result);
    return OK;
}

static enum error read_status(struct session *session, struct migration_list *ret_list)
{
    struct migration_list list = { .list = ARENA_ARRAY(session->faults->arena,
                                                       (size_t)SQL_MIGRATION_COUNT,
                                                       struct migration_status) };
    if (has_table(session)) {
        TRY(read_applied(session, &list));
    }
    for (size_t i = 0; i < SQL_MIGRATION_COUNT; i++) {
        if (find(&list, sql_migrations[i].version) == NULL) {
            list.list[list.count++] = (struct migration_status){
                .version = sql_migrations[i].version,
                .name = slice_from(sql_migrations[i].name),
                .state = MIGRATION_PENDING,
                .is_contraction = migration_contracts(sql_migrations[i].up),
            };
            list.pending++;
        }
    }
    *ret_list = list;
    return OK;
}

enum error migrate_status(const char *url, struct faults *faults, struct migration_list *ret_list)
{
    CLEANUP(session_done) struct session session = { 0 };
    TRY(session_open(&session, url, faults));
    return read_status(&session, ret_list);
}

static enum error refuse_drift(struct session *session, const struct migration_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct migration_status *status = &list->list[i];
        if (status->state == MIGRATION_DRIFTED) {
            return refuse(session->faults, E_DRIFT,
                          "migration %d (%.*s) was applied with another text than this program has",
                          status->version, FMT(status->name));
        }
        if (status->state == MIGRATION_UNKNOWN) {
            return refuse(session->faults, E_DRIFT,
                          "migration %d (%.*s) was applied by a newer program and took something "
                          "away that this one uses: use a program of schema %d or newer",
                          status->version, FMT(status->name), status->version);
        }
    }
    return OK;
}

enum error migrate_check(const struct migration_list *list, struct faults *faults)
{
    struct session unconnected = { .faults = faults };
    TRY(refuse_drift(&unconnected, list));
    return list->pending == 0
               ? OK
               : refuse(
                     faults, E_DRIFT,
                     "the database is not at this program's schema (%zu migrations pending): run "
                     "`astralfield migrate up`",
                     list->pending);
}

/* Writes or deletes the migration's row in schema_migrations. */
static enum error mark(struct session *session, const struct sql_migration *migration, bool is_up,
                       int64_t ms)
{
    struct arena *arena = session->faults->arena;
    const char *values[] = { arena_format(arena, "%d", migration->version).ptr, migration->name,
                             migration->checksum, arena_format(arena, "%d", (int)ms).ptr };
    /* The column `kind` is younger than the table; contractions are younger than the column. */
    const char *text = !is_up ? "delete from schema_migrations where version = $1"
                       : migration_contracts(migration->up)
                           ? "insert into schema_migrations (version, name, checksum, ms, kind) "
                             "values ($1, $2, $3, $4, 'contract')"
                           : "insert into schema_migrations (version, name, checksum, ms) "
                             "values ($1, $2, $3, $4)";
    PGresult *result = PQexecParams(session->pg, text, is_up ? 4 : 1, NULL, values, NULL, NULL, 0);
    bool is_good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return is_good ? OK : failed(session, "cannot note the migration in schema_migrations");
}

/* One migration, up or down, with its row in schema_migrations, in one transaction. */
static enum error apply_once(struct session *session, const struct sql_migration *migration,
                             bool is_up, bool *ret_is_locked)
{
    struct arena *arena = session->faults->arena;
    const char *what = arena_format(arena, "migration %d (%s) %s", migration->version,
                                    migration->name, is_up ? "up" : "down")
                           .ptr;
    struct mono start = mono_now();
    session->sqlstate[0] = '\0';
    TRY(execute(session, arena_format(arena, "begin; set local lock_timeout = '%dms'", LOCK_MS).ptr,
                what));
    /* The first migration holds schema_migrations itself: note after up, but before down. */
    enum error error = is_up ? OK : mark(session, migration, false, 0);
    if (error == OK) {
        error = execute(session, is_up ? migration->up : migration->down, what);
    }
    if (error == OK && is_up) {
        error = mark(session, migration, true, (mono_now().us - start.us) / US_PER_MS);
    }
    if (error != OK) {
        PQclear(PQexec(session->pg, "rollback"));
        *ret_is_locked = slice_eq(slice_from(session->sqlstate), S("55P03"));
        return error;
    }
    return execute(session, "commit", what);
}

static enum error apply(struct session *session, const struct sql_migration *migration, bool is_up)
{
    struct faults *faults = session->faults;
    for (int try = 0;; try++) {
        bool is_locked = false;
        enum error error = apply_once(session, migration, is_up, &is_locked);
        if (error == OK || !is_locked) {
            return error;
        }
        if (try == RETRIES_MAX) {
            return refuse(faults, E_TIMEOUT,
                          "migration %d (%s) waits for a table that somebody else holds (%.*s); "
                          "nothing was changed: look at `astralfield db status`, and try again",
                          migration->version, migration->name, FMT(faults->detail));
        }
        nanosleep(&(struct timespec){ .tv_nsec = RETRY_WAIT_MS * 1000000L }, NULL);
    }
}

/* RECOVERY_MODE: somebody makes the database again just now. */
static enum error refuse_recovery(struct session *session)
{
    PGresult *result = PQexec(
        session->pg, "select from ops_controls where kind = 'flag' and key = 'RECOVERY_MODE' "
                     "and coalesce(value ->> 'value', value #>> '{}') in ('true', '1', 'on') "
                     "and coalesce(expires_at > now(), true)");
    bool is_on = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0;
    PQclear(result);
    return is_on ? refuse(
                       session->faults, E_FORBIDDEN,
                       "RECOVERY_MODE is on: a restore is under way, and the schema stays as it is "
                       "until the switch is off")
                 : OK;
}

enum error migrate_up_with(const char *url, const struct migrate_wish *wish, struct faults *faults,
                           size_t *ret_applied)
{
    CLEANUP(session_done) struct session session = { 0 };
    struct migration_list list = { 0 };
    TRY(session_open(&session, url, faults));
    TRY(read_status(&session, &list));
    TRY(refuse_drift(&session, &list));
    *ret_applied = 0;
    for (size_t i = 0; i < SQL_MIGRATION_COUNT; i++) {
        const struct sql_migration *migration = &sql_migrations[i];
        bool is_wanted = wish->to == 0 || migration->version <= wish->to;
        if (!is_wanted || find(&list, migration->version)->state != MIGRATION_PENDING) {
            continue;
        }
        TRY(refuse_recovery(&session));
        if (!wish->allows_contractions && list.level > 0 && migration_contracts(migration->up)) {
            return refuse(faults, E_FORBIDDEN,
                          "migration %d (%s) takes away what older programs use: when every node "
                          "runs this release, `astralfield migrate up --contract`",
                          migration->version, migration->name);
        }
        TRY(apply(&session, migration, true));
        ++*ret_applied;
    }
    return OK;
}

enum error migrate_up(const char *url, int to, struct faults *faults, size_t *ret_applied)
{
    const struct migrate_wish wish = { .to = to, .allows_contractions = true };
    return migrate_up_with(url, &wish, faults, ret_applied);
}

enum error migrate_down(const char *url, int to, struct faults *faults, size_t *ret_undone)
{
    CLEANUP(session_done) struct session session = { 0 };
    struct migration_list list = { 0 };
    TRY(session_open(&session, url, faults));
    TRY(read_status(&session, &list));
    TRY(refuse_drift(&session, &list));
    TRY(refuse_recovery(&session));
    *ret_undone = 0;
    for (size_t i = (size_t)SQL_MIGRATION_COUNT; i-- > 0;) {
        const struct sql_migration *migration = &sql_migrations[i];
        if (migration->version > to &&
            find(&list, migration->version)->state == MIGRATION_APPLIED) {
            TRY(apply(&session, migration, false));
            ++*ret_undone;
        }
    }
    return OK;
}
