#include "ops/restore.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/backup_setup.h"

enum { LOOK_US = 20000, FLUSH_LIMIT_US = 120000000, STOP_LIMIT_US = 120000000, TAIL_MAX = 1200 };

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

static void look_again(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = LOOK_US * 1000 }, NULL);
}

/* ---- a PostgreSQL on a folder ---- */

/* As PostgreSQL reads it, with microseconds. */
static struct slice target_time(struct arena *arena, utime until)
{
    char text[UTIME_TEXT_MAX];
    struct slice at = utime_print(until, text);
    return arena_format(arena, "%.10s %.8s.%06d+00", at.ptr, at.ptr + 11, (int)(until % US_PER_S));
}

/* Its own configuration, whatever the cluster's says: no TCP, no archive, no syncs (restore_run syncs
 * all of it before it gets its name). WAL it writes itself is marked for archiving, which whoever
 * runs the cluster later does. */
static enum error write_conf(const struct backup_store *store, const struct scratch_server *server,
                             utime until, struct faults *faults)
{
    struct arena *arena = faults->arena;
    const struct backup_key none = { 0 };
    struct slice fetch = S(""), target = S("");
    TRY(backup_fetch_command(&store->wal, store->program, store->key_file, faults, &fetch));
    if (until != 0) {
        target = arena_format(arena,
                              "recovery_target_time = '%.*s'\n"
                              "recovery_target_action = promote\n",
                              FMT(target_time(arena, until)));
    }
    struct slice folder = slice_from(server->sockets);
    struct slice hba = arena_format(arena, "%s/pg_hba.conf", server->sockets);
    struct slice conf = arena_format(
        arena,
        "listen_addresses = ''\nunix_socket_directories = %.*s\nunix_socket_permissions = 0700\n"
        "hba_file = %.*s\nmin_wal_size = 32MB\nwal_recycle = off\nmax_connections = "
        "20\nhot_standby = off\nshared_buffers = 128MB\n"
        "archive_mode = on\narchive_command = ''\nfsync = off\nfull_page_writes = off\nwal_level = "
        "replica\nautovacuum = off\n"
        "jit = off\ntimezone = 'UTC'\nlog_timezone = 'UTC'\nlc_messages = 'C'\n"
        "logging_collector = off\nrestore_command = %.*s\n%.*s",
        FMT(backup_conf_quote(arena, folder)), FMT(backup_conf_quote(arena, hba)),
        FMT(backup_conf_quote(arena, fetch)), FMT(target));
    TRY(backup_write(hba.ptr, &none, S("local all all trust\n"), faults));
    TRY(backup_write(arena_format(arena, "%s/postgresql.conf", server->sockets).ptr, &none, conf,
                     faults));
    return backup_write(arena_format(arena, "%s/recovery.signal", server->cluster).ptr, &none,
                        S(""), faults);
}

static enum error start(const struct backup_store *store, struct scratch_server *server,
                        struct faults *faults)
{
    struct arena *arena = faults->arena;
    const char *const argv[] = {
        arena_format(arena, "%s/postgres", store->bin).ptr,
        "-D",
        server->cluster,
        "-c",
        arena_format(arena, "config_file=%s/postgresql.conf", server->sockets).ptr,
        NULL,
    };
    struct process_spec spec = {
        .name = "PostgreSQL",
        .argv = argv,
        .directory = store->home,
        .log = server->log,
        .death_signal = SIGQUIT,
    };
    unlink(server->log);
    return process_start(&spec, faults, &server->pid);
}

static struct slice log_of(const struct scratch_server *server, struct arena *arena)
{
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = arena };
    struct slice text = S("");
    return backup_read(server->log, &none, &unsaid, &text) == OK ? text : S("");
}

/* What follows the last `words` on its line. */
static struct slice after_last(struct slice text, struct slice words)
{
    struct slice found = S("");
    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        const char *at = line.len == 0 ? NULL : memmem(line.ptr, line.len, words.ptr, words.len);
        if (at != NULL) {
            size_t from = (size_t)(at - line.ptr) + words.len;
            found = slice_trim(slice_from_to(line, from, line.len));
        }
    }
    return found;
}

static struct slice reached_of(const struct scratch_server *server, struct arena *arena)
{
    return after_last(log_of(server, arena), S("last completed transaction was at log time "));
}

static enum error why_it_ended(const struct scratch_server *server, struct faults *faults)
{
    struct slice said = log_of(server, faults->arena);
    if (after_last(said, S("recovery ended before configured ")).len > 0) {
        return refuse(faults, E_NOT_FOUND,
                      "the archive does not reach that moment: its last change is of %.*s "
                      "(`--at latest` restores that)",
                      FMT(reached_of(server, faults->arena)));
    }
    struct slice tail =
        slice_from_to(said, said.len > TAIL_MAX ? said.len - TAIL_MAX : 0, said.len);
    return refuse(faults, E_INVALID, "PostgreSQL could not replay the WAL:\n%.*s",
                  FMT(slice_trim(tail)));
}

/* Until it takes connections, which it does when it has replayed everything. */
static enum error await(struct scratch_server *server, struct faults *faults)
{
    for (;;) {
        int status = 0;
        CLEANUP(connection_done) PGconn *pg = PQconnectdb(server->url);
        if (PQstatus(pg) == CONNECTION_OK) {
            return OK;
        }
        if (process_ended(server->pid, 0, &status)) {
            server->pid = 0;
            return why_it_ended(server, faults);
        }
        look_again();
    }
}

static void remove_sockets(const struct scratch_server *server, struct arena *arena)
{
    static const char *const names[] = { "postgresql.conf", "pg_hba.conf" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        unlink(arena_format(arena, "%s/%s", server->sockets, names[i]).ptr);
    }
    rmdir(server->sockets);
}

enum error scratch_recover(const struct backup_store *store, const char *cluster, utime until,
                           struct faults *faults, struct scratch_server *ret_server)
{
    struct arena *arena = faults->arena;
    char sockets[] = "/tmp/astralfield-XXXXXX";
    if (mkdtemp(sockets) == NULL) {
        return refuse(faults, E_FILE, "no folder for a socket could be made in /tmp: %s",
                      strerror(errno));
    }
    struct scratch_server server = {
        .cluster = cluster,
        .sockets = arena_cstr(arena, slice_from(sockets)),
        .log = arena_format(arena, "%s/last-replay.log", store->folder).ptr,
        .url = arena_format(arena, "postgresql:///postgres?user=postgres&host=%s", sockets).ptr,
        .our_url =
            arena_format(arena, "postgresql:///astralfield?user=postgres&host=%s", sockets).ptr,
    };
    enum error error = write_conf(store, &server, until, faults);
    if (error == OK) {
        error = start(store, &server, faults);
    }
    if (error == OK) {
        error = await(&server, faults);
    }
    if (error != OK) {
        remove_sockets(&server, arena);
        return error;
    }
    server.reached = reached_of(&server, arena);
    *ret_server = server;
    return OK;
}

enum error scratch_stop(struct scratch_server *server, struct faults *faults)
{
    bool is_clean = process_stop(server->pid, SIGINT, STOP_LIMIT_US);
    server->pid = 0;
    remove_sockets(server, faults->arena);
    return is_clean ? OK
                    : refuse(faults, E_TIMEOUT, "PostgreSQL on %s did not stop; see %s",
                             server->cluster, server->log);
}

/* ---- what the ledgers say ---- */

enum error state_read(const char *url, struct faults *faults, struct state *ret_state)
{
    struct arena *arena = faults->arena;
    CLEANUP(connection_done) PGconn *pg = PQconnectdb(url);
    PGresult *result = PQexec(
        pg, "select encode(sha256(convert_to(coalesce(string_agg(id || ' ' || seq || ' ' || "
            "encode(head_hash, 'hex'), E'\\n' order by id), ''), 'UTF8')), 'hex'), count(*), "
            "coalesce(sum(seq), 0)::bigint, (select max(at) from league_events) from leagues");
    bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK;
    struct state state = { .hash = S(""), .newest = S("") };
    if (is_good) {
        state.hash = arena_copy(arena, slice_from(PQgetvalue(result, 0, 0)));
        state.newest = arena_copy(arena, slice_from(PQgetvalue(result, 0, 3)));
        is_good = slice_to_int(slice_from(PQgetvalue(result, 0, 1)), &state.leagues) == OK &&
                  slice_to_int(slice_from(PQgetvalue(result, 0, 2)), &state.events) == OK;
    }
    PQclear(result);
    if (!is_good) {
        return refuse(faults, E_UNAVAILABLE, "the leagues cannot be read: %.*s",
                      FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
    }
    *ret_state = state;
    return OK;
}

/* ---- the command ---- */

/* True when the query's one value is true. */
static bool is_so(PGconn *pg, const char *question)
{
    PGresult *result = PQexec(pg, question);
    bool is_true = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 &&
                   *PQgetvalue(result, 0, 0) == 't';
    PQclear(result);
    return is_true;
}

enum error restore_flush(const struct backup_store *store, struct faults *faults)
{
    CLEANUP(connection_done) PGconn *pg = NULL;
    TRY(backup_connect(store, NULL, faults, &pg));
    if (is_so(pg, "select current_setting('archive_mode') = 'off' "
                  "or current_setting('archive_command') = ''")) {
        return OK;
    }
    /* A transaction, so that there is one after every moment that was asked for. */
    if (!is_so(pg, "select pg_current_xact_id() is not null") ||
        !is_so(pg, "select set_config('astralfield.wal', pg_walfile_name(pg_switch_wal()), false) "
                   "<> ''")) {
        return refuse(faults, E_UNAVAILABLE, "the WAL cannot be brought into the archive: %.*s",
                      FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
    }
    int64_t deadline = mono_now().us + FLUSH_LIMIT_US;
    while (!is_so(pg, "select coalesce(max(last_archived_wal), '') >= "
                      "current_setting('astralfield.wal') from pg_stat_archiver")) {
        if (mono_now().us > deadline) {
            return refuse(faults, E_TIMEOUT,
                          "PostgreSQL did not archive its WAL; its log says why");
        }
        look_again();
    }
    return OK;
}

static enum error replay(const struct backup_store *store, const char *cluster, utime until,
                         struct faults *faults, struct restored *restored)
{
    struct scratch_server server = { 0 };
    TRY(scratch_recover(store, cluster, until, faults, &server));
    restored->reached = server.reached;
    enum error error = state_read(server.our_url, faults, &restored->state);
    enum error end = scratch_stop(&server, faults);
    return error != OK ? error : end;
}

static enum error sync_disk(const char *folder, struct faults *faults)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_good = fd >= 0 && syncfs(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return is_good ? OK : refuse(faults, E_FILE, "cannot sync %s: %s", folder, strerror(errno));
}

enum error restore_run(const struct backup_store *store, struct restore_wish wish,
                       struct faults *faults, struct restored *ret_restored)
{
    struct restored restored = { .reached = S("") };
    const char *cluster = arena_format(faults->arena, "%s/postgres", wish.to).ptr;
    const char *part = arena_format(faults->arena, "%s/postgres.part", wish.to).ptr;
    if (access(cluster, F_OK) == 0) {
        return refuse(faults, E_CONFLICT, "%s is there already: name another folder with --to",
                      cluster);
    }
    TRY(backup_remove(store, part, faults));
    struct mono began = mono_now();
    TRY(backup_unpack(store, wish.from, part, faults));
    struct mono unpacked = mono_now();
    TRY(replay(store, part, wish.until, faults, &restored));
    TRY(sync_disk(wish.to, faults));
    if (rename(part, cluster) != 0) {
        return refuse(faults, E_FILE, "cannot make %s: %s", cluster, strerror(errno));
    }
    TRY(backup_sync_folder(wish.to, faults));
    restored.unpack_us = unpacked.us - began.us;
    restored.replay_us = mono_now().us - unpacked.us;
    *ret_restored = restored;
    return OK;
}
