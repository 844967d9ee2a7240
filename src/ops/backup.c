#include "ops/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "ops/backup_list.h"
#include "ops/backup_pgbackrest.h"

enum { PIPE_BYTES = 64 * 1024, END_TIMEOUT_US = 60000000 };
#define PART ".new-"

static void connection_done(PGconn **pg)
{
    PQfinish(*pg);
}

/* ---- before ---- */

/* Holds back the WAL that the backup will fetch at its end, as long as *pg is open; notes what the
 * server says about itself. */
static enum error ask_server(PGconn *pg, struct backup *backup, struct faults *faults)
{
    PGresult *result = PQexec(
        pg, "select system_identifier, current_setting('server_version'), "
            "(select sum(pg_database_size(oid))::bigint from pg_database where datallowconn), "
            "pg_size_bytes(current_setting('wal_segment_size')), "
            "(select timeline_id from pg_control_checkpoint()), "
            "(pg_create_physical_replication_slot('astralfield_' || pg_backend_pid(), "
            "true, true)).slot_name "
            "from pg_control_system()");
    bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1;
    if (is_good) {
        struct arena *arena = faults->arena;
        struct slice size = slice_from(PQgetvalue(result, 0, 2));
        struct slice segment = slice_from(PQgetvalue(result, 0, 3));
        backup->system_id = arena_cstr(arena, slice_from(PQgetvalue(result, 0, 0)));
        backup->version = arena_cstr(arena, slice_from(PQgetvalue(result, 0, 1)));
        is_good = slice_to_int(size, &backup->database_bytes) == OK &&
                  slice_to_int(segment, &backup->segment_bytes) == OK &&
                  slice_to_int(slice_from(PQgetvalue(result, 0, 4)), &backup->timeline) == OK;
    }
    PQclear(result);
    return is_good ? OK
                   : refuse(faults, E_UNAVAILABLE, "the server cannot be backed up: %.*s",
                            FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
}

/* What a killed backup left; the lock is ours, so nobody is writing there. */
static enum error remove_parts(const struct backup_store *store, const char *base,
                               struct faults *faults)
{
    struct dirent **entries = NULL;
    int count = scandir(base, &entries, NULL, NULL);
    enum error error = OK;
    for (int i = 0; i < count; i++) {
        struct slice name = slice_from(entries[i]->d_name);
        bool is_part = slice_starts(name, S(PART)) || slice_starts(name, S(BACKUP_SCRATCH));
        if (error == OK && is_part) {
            const char *part = arena_format(faults->arena, "%s/%s", base, entries[i]->d_name).ptr;
            error = backup_remove(store, part, faults);
        }
        free(entries[i]);
    }
    free(entries);
    return error;
}

/* ---- pg_basebackup ---- */

struct stream {
    const struct backup_store *store;
    struct backup_writer *writer;
    struct backup_progress progress;
    int64_t total;
    const char *log;
};

/* Tar, compressed, on descriptor 3; WAL that the backup needs is in it, and the manifest. */
static enum error start_tool(const struct stream *stream, int fd, struct faults *faults,
                             pid_t *ret_pid)
{
    const char *tool = arena_format(faults->arena, "%s/pg_basebackup", stream->store->bin).ptr;
    const char *const argv[] = { "/bin/sh",
                                 "-c",
                                 "exec \"$0\" \"$@\" >&3",
                                 tool,
                                 "--pgdata=-",
                                 "--format=tar",
                                 "--compress=client-gzip:1",
                                 "--wal-method=fetch",
                                 "--checkpoint=fast",
                                 "--label=astralfield",
                                 "--manifest-checksums=SHA256",
                                 "--verbose",
                                 "--no-password",
                                 NULL };
    struct process_spec spec = {
        .name = "pg_basebackup",
        .argv = argv,
        .env = backup_server_env(stream->store, faults),
        .log = stream->log,
        .death_signal = SIGKILL,
        .pass_fd = fd,
    };
    return process_start(&spec, faults, ret_pid);
}

static enum error pump(const struct stream *stream, int fd, struct faults *faults)
{
    char *bytes = arena_alloc(faults->arena, PIPE_BYTES);
    int64_t done = 0;
    for (;;) {
        ssize_t got = read(fd, bytes, PIPE_BYTES);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return refuse(faults, E_FILE, "cannot read from pg_basebackup: %s", strerror(errno));
        }
        if (got == 0) {
            return OK;
        }
        TRY(backup_writer_add(stream->writer, (struct slice){ .ptr = bytes, .len = (size_t)got }));
        done += got;
        if (stream->progress.step != NULL) {
            stream->progress.step(stream->progress.thing, done, stream->total);
        }
    }
}

static struct slice log_text(const struct stream *stream, struct arena *arena)
{
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = arena };
    struct slice text = S("");
    return backup_read(stream->log, &none, &unsaid, &text) == OK ? text : S("");
}

static enum error run_tool(const struct stream *stream, struct faults *faults)
{
    int ends[2];
    pid_t pid = 0;
    int status = 0;
    CHECK(pipe2(ends, O_CLOEXEC) == 0);
    enum error error = start_tool(stream, ends[1], faults, &pid);
    close(ends[1]);
    if (error == OK) {
        error = pump(stream, ends[0], faults);
    }
    close(ends[0]);
    if (pid != 0 && error != OK) {
        process_stop(pid, SIGTERM, END_TIMEOUT_US);
    } else if (pid != 0 && (!process_ended(pid, END_TIMEOUT_US, &status) || status != 0)) {
        error = refuse(faults, E_UNAVAILABLE, "pg_basebackup failed with %.*s: %.*s",
                       FMT(process_status_print(faults->arena, status)),
                       FMT(slice_trim(log_text(stream, faults->arena))));
    }
    return error;
}

/* "… write-ahead log start point: 0/2000028 on timeline 1", "… end point: 0/2000138". */
static enum error read_points(const struct stream *stream, struct backup *backup,
                              struct faults *faults)
{
    struct slice rest = log_text(stream, faults->arena);
    char start[32] = "", end[32] = "";
    int timeline = 0;
    while (rest.len > 0) {
        const char *line = arena_cstr(faults->arena, slice_cut(&rest, '\n'));
        int found = 0;
        sscanf(line, "pg_basebackup: write-ahead log start point: %31s on timeline %9d%n", start,
               &timeline, &found);
        sscanf(line, "pg_basebackup: write-ahead log end point: %31s%n", end, &found);
    }
    if (start[0] == '\0' || end[0] == '\0' || timeline <= 0) {
        return refuse(faults, E_FILE, "pg_basebackup did not say what it covers; see %s",
                      stream->log);
    }
    backup->start_lsn = arena_cstr(faults->arena, slice_from(start));
    backup->end_lsn = arena_cstr(faults->arena, slice_from(end));
    backup->timeline = timeline;
    backup->start_wal = wal_segment_of(faults->arena, timeline, start, backup->segment_bytes);
    return OK;
}

/* ---- the command ---- */

static enum error fill(const struct stream *wish, const char *folder, struct backup *backup,
                       struct faults *faults)
{
    struct stream stream = *wish;
    const struct backup_key *key = &stream.store->wal.key;
    struct backup_sum sum;
    if (backup->engine == ENGINE_PGBACKREST) {
        TRY(pgbackrest_fill(stream.store, folder, backup, faults));
        return backup_papers_write(folder, backup, faults);
    }
    backup->is_encrypted = key->is_set;
    backup->file =
        arena_format(faults->arena, "%s/base.tar.gz%s", folder, key->is_set ? ".enc" : "").ptr;
    TRY(backup_writer_open(backup->file, key, faults, &stream.writer));
    enum error error = run_tool(&stream, faults);
    if (error != OK) {
        backup_writer_drop(stream.writer);
        return error;
    }
    TRY(backup_writer_close(stream.writer, &sum));
    TRY(read_points(&stream, backup, faults));
    backup->bytes = backup->stored_bytes = sum.bytes;
    backup->hash = arena_cstr(faults->arena, slice_from(sum.hash));
    backup->finished = utime_now();
    return backup_papers_write(folder, backup, faults);
}

/* From a folder with a temporary name to its own, for good. */
static enum error give_name(const char *part, const char *base, struct slice id,
                            struct faults *faults)
{
    const char *folder = arena_format(faults->arena, "%s/%.*s", base, FMT(id)).ptr;
    TRY(backup_sync_folder(part, faults));
    if (rename(part, folder) != 0) {
        return refuse(faults, E_FILE, "cannot make %s: %s", folder, strerror(errno));
    }
    return backup_sync_folder(base, faults);
}

static enum error copy_one(const struct backup_store *store, const struct backup *backup,
                           struct faults *faults)
{
    struct arena *arena = faults->arena;
    const char *slash = strrchr(backup->file, '/');
    const char *const names[] = { slash + 1, BACKUP_PAPER, BACKUP_SUMS };
    const char *part =
        arena_format(arena, "%s/" PART "%.*s", store->copy_base, FMT(backup->id)).ptr;
    TRY(remove_parts(store, store->copy_base, faults));
    if (mkdir(part, 0700) != 0) {
        return refuse(faults, E_FILE, "cannot make %s: %s", part, strerror(errno));
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        TRY(backup_copy(arena_format(arena, "%s/%s", backup->folder, names[i]).ptr,
                        arena_format(arena, "%s/%s", part, names[i]).ptr, faults));
    }
    if (backup->engine == ENGINE_PGBACKREST) {
        TRY(pgbackrest_copy(backup, part, faults));
    }
    return give_name(part, store->copy_base, backup->id, faults);
}

/* Backups and WAL that the second place does not have; what goes wrong there is noted. */
static enum error copy_missing(const struct backup_store *store, struct faults *faults)
{
    struct backup_list list = { 0 };
    int64_t count = 0;
    TRY(backup_list_read(store->base, faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        struct slice id = list.list[i].id;
        const char *there = arena_format(faults->arena, "%s/%.*s", store->copy_base, FMT(id)).ptr;
        if (list.list[i].is_whole && access(there, F_OK) != 0) {
            TRY(copy_one(store, &list.list[i], faults));
        }
    }
    return wal_sync(&store->wal, faults, &count);
}

/* The second it began in; the next free one when another backup began in that one. */
static struct slice free_id(const struct backup_store *store, utime at, struct arena *arena)
{
    for (;; at += US_PER_S) {
        char text[UTIME_TEXT_MAX]; /* 2025-09-07T12:59:59.000Z */
        const char *ptr = utime_print(at, text).ptr;
        struct slice id =
            arena_format(arena, "%.4s%.2s%.5s%.2s%.2sZ", ptr, ptr + 5, ptr + 8, ptr + 14, ptr + 17);
        if (access(arena_format(arena, "%s/%.*s", store->base, FMT(id)).ptr, F_OK) != 0) {
            return id;
        }
    }
}

enum error backup_run(const struct backup_store *store, struct backup_progress progress,
                      struct faults *faults, struct backup *ret_backup)
{
    struct arena *arena = faults->arena;
    struct backup backup = { .started = utime_now(), .engine = store->engine };
    CLEANUP(connection_done) PGconn *pg = NULL;
    TRY(remove_parts(store, store->base, faults));
    TRY(remove_parts(store, store->folder, faults));
    TRY(backup_connect(store, NULL, faults, &pg));
    TRY(ask_server(pg, &backup, faults));
    backup.id = free_id(store, backup.started, arena);
    const char *part = arena_format(arena, "%s/" PART "%.*s", store->base, FMT(backup.id)).ptr;
    const struct stream stream = {
        .store = store,
        .progress = progress,
        .total = backup.database_bytes,
        .log = arena_format(arena, "%s/last-run.log", store->folder).ptr,
    };
    unlink(stream.log);
    if (mkdir(part, 0700) != 0) {
        return refuse(faults, E_FILE, "cannot make %s: %s", part, strerror(errno));
    }
    TRY(fill(&stream, part, &backup, faults));
    TRY(give_name(part, store->base, backup.id, faults));
    *ret_backup = backup_papers_read(store->base, backup.id, arena);
    CHECK(ret_backup->is_whole);
    if (store->copy_base != NULL) {
        struct faults unsaid = { .arena = arena };
        enum error error = copy_missing(store, &unsaid);
        if (error != OK) {
            log_line(LOG_WARN, "backup_copy", "detail=%s", LOG_Q(unsaid.detail));
        }
        TRY(backup_note(store, "copy", error, unsaid.detail, faults));
    }
    return OK;
}

/* ---- retention ---- */

struct place {
    const char *base, *wal;
};

static enum error prune_place(const struct backup_store *store, struct place place, bool is_dry,
                              struct faults *faults, struct backup_pruned *pruned)
{
    struct backup_list list = { 0 };
    struct slice oldest = S("");
    int64_t kept = 0, segments = 0;
    TRY(backup_list_read(place.base, faults, &list));
    for (size_t i = list.count; i-- > 0;) {
        const struct backup *backup = &list.list[i];
        if (!backup->is_whole) {
            continue;
        }
        if (kept < store->keep) {
            kept++;
            /* The least position, not the last one read: a restore may have gone back. */
            bool is_less = oldest.len == 0 ||
                           memcmp(backup->start_wal.ptr + 8, oldest.ptr + 8, WAL_NAME_LEN - 8) < 0;
            oldest = is_less ? backup->start_wal : oldest;
            continue;
        }
        pruned->backups++;
        if (!is_dry) {
            TRY(backup_remove(store, backup->folder, faults));
            backup_seen_remove(backup, faults->arena);
        }
    }
    if (oldest.len > 0) {
        TRY(wal_prune(place.wal, oldest, is_dry, faults, &segments));
    }
    pruned->segments += segments;
    return OK;
}

enum error backup_prune(const struct backup_store *store, bool is_dry, struct faults *faults,
                        struct backup_pruned *ret_pruned)
{
    struct backup_pruned pruned = { 0 };
    const struct place main = { store->base, store->wal.main };
    const struct place copy = { store->copy_base, store->wal.copy };
    TRY(prune_place(store, main, is_dry, faults, &pruned));
    if (copy.base != NULL && access(copy.base, F_OK) == 0) {
        TRY(prune_place(store, copy, is_dry, faults, &pruned));
    }
    *ret_pruned = pruned;
    return OK;
}
