#include "ops/backup_stream.h"

#include <errno.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/backup_second.h"
#include "ops/internal.h"

#define NAME "astralfield_copy"

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

struct backup_stream backup_stream_of(const struct embedded *embedded,
                                      const struct config *settings, struct arena *arena)
{
    struct backup_stream stream = { .embedded = embedded };
    bool is_wanted = settings->backup_copy_dir[0] != '\0' && settings->backup_copy_sync &&
                     settings->backup_every_hours > 0 && embedded->database_url != NULL;
    if (is_wanted) {
        stream.copy = settings->backup_copy_dir;
        stream.folder = arena_format(arena, "%s/stream", settings->backup_copy_dir).ptr;
        stream.cluster = arena_format(arena, "%s/postgres", embedded->home).ptr;
    }
    return stream;
}

static bool run(PGconn *pg, const char *statement)
{
    PGresult *result = PQexec(pg, statement);
    bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    return is_good;
}

static bool is_row(PGconn *pg, const char *question)
{
    PGresult *result = PQexec(pg, question);
    bool is_there = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0;
    PQclear(result);
    return is_there;
}

enum error backup_stream_prepare(const struct backup_stream *stream, struct faults *faults)
{
    const struct embedded *embedded = stream->embedded;
    TRY(backup_second_open(embedded->home, stream->copy, &embedded->user, false, faults));
    CLEANUP(connection_done) PGconn *pg = PQconnectdb(stream->embedded->admin_url);
    if (is_row(pg, "select from pg_replication_slots where slot_name = '" NAME
                   "' and wal_status <> 'lost'")) {
        return folder_make(stream->folder, 0700, &stream->embedded->user, faults);
    }
    const char *old = arena_format(faults->arena, "%s.before", stream->folder).ptr;
    const char *const remove[] = { "rm", "-rf", "--", old, NULL };
    struct process_spec spec = { .name = "rm", .argv = remove, .user = stream->embedded->user };
    TRY(process_run(&spec, 10 * US_PER_S, faults));
    if (rename(stream->folder, old) != 0 && errno != ENOENT) {
        return refuse(faults, E_FILE, "cannot put %s aside: %s", stream->folder, strerror(errno));
    }
    TRY(folder_make(stream->folder, 0700, &stream->embedded->user, faults));
    if (!run(pg, "select pg_drop_replication_slot(slot_name) from pg_replication_slots "
                 "where slot_name = '" NAME "'") ||
        !run(pg, "select pg_create_physical_replication_slot('" NAME "', true)") ||
        !run(pg, "select pg_switch_wal()")) {
        return refuse(faults, E_UNAVAILABLE, "no slot for the second place could be made: %.*s",
                      FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
    }
    return OK;
}

struct process_spec backup_stream_spec(const struct backup_stream *stream, struct arena *arena)
{
    const struct embedded *embedded = stream->embedded;
    const char **argv = ARENA_ARRAY(arena, 12, const char *);
    const char **env = ARENA_ARRAY(arena, 5, const char *);
    const char *const words[] = { arena_format(arena, "%s/pg_receivewal", embedded->bin).ptr,
                                  "--synchronous",
                                  "--no-loop",
                                  "--no-password",
                                  "--slot=" NAME,
                                  "--status-interval=1",
                                  "-D",
                                  stream->folder };
    memcpy(argv, words, sizeof(words));
    env[0] = "PGAPPNAME=" NAME;
    env[1] = "PGUSER=postgres";
    env[2] = arena_format(arena, "PGHOST=%s", embedded->sockets).ptr;
    env[3] = "LC_ALL=C";
    return (struct process_spec){
        .name = "pg_receivewal",
        .argv = argv,
        .env = env,
        .directory = embedded->home,
        .log = arena_format(arena, "%s/postgres.log", embedded->logs).ptr,
        .user = embedded->user,
        .death_signal = SIGTERM,
    };
}

enum backup_stream_state backup_stream_look(const struct backup_stream *stream)
{
    CLEANUP(connection_done) PGconn *pg = PQconnectdb(stream->embedded->admin_url);
    if (is_row(pg, "select from pg_stat_activity where wait_event = 'SyncRep' "
                   "and clock_timestamp() - state_change > interval '5 s'")) {
        return STREAM_STUCK;
    }
    return is_row(pg, "select from pg_stat_replication where application_name = '" NAME
                      "' and state = 'streaming'")
               ? STREAM_RUNS
               : STREAM_DOWN;
}

enum error backup_stream_wait(const struct backup_stream *stream, bool is_on, pid_t postgres,
                              struct faults *faults)
{
    struct slice text = is_on ? S("synchronous_standby_names = '" NAME "'\n")
                              : S("synchronous_standby_names = ''\n");
    const char *path = arena_format(faults->arena, "%s/astralfield.sync.conf", stream->cluster).ptr;
    TRY(file_write(path, text, &stream->embedded->user, faults));
    if (postgres != 0) {
        kill(postgres, SIGHUP);
    }
    return OK;
}
