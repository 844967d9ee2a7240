/* Is a backup still what was written, and can it be unpacked? */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/backup_list.h"
#include "ops/backup_pgbackrest.h"

enum { TAR_TIMEOUT_US = 600000000, OUTPUT_MAX = 4000 };

/* ---- unpacking ---- */

static bool pipe_take(void *thing, struct slice bytes)
{
    const int *fd = thing;
    while (bytes.len > 0) {
        ssize_t put = write(*fd, bytes.ptr, bytes.len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        bytes = slice_from_to(bytes, (size_t)put, bytes.len);
    }
    return true;
}

enum error backup_unpack(const struct backup_store *store, const struct backup *backup,
                         const char *to, struct faults *faults)
{
    int ends[2], status = 0;
    pid_t pid = 0;
    const char *log = arena_format(faults->arena, "%s/last-unpack.log", store->folder).ptr;
    const char *const argv[] = {
        "/bin/sh", "-c", "exec tar -xzf - -C \"$0\" <&3", to, NULL,
    };
    if (mkdir(to, 0700) != 0) {
        return refuse(faults, E_FILE, "cannot make the folder %s: %s", to, strerror(errno));
    }
    if (backup->engine == ENGINE_PGBACKREST) {
        return pgbackrest_unpack(store, backup, to, faults);
    }
    unlink(log);
    CHECK(pipe2(ends, O_CLOEXEC) == 0);
    struct process_spec spec = {
        .name = "tar", .argv = argv, .log = log, .death_signal = SIGKILL, .pass_fd = ends[0]
    };
    signal(SIGPIPE, SIG_IGN);
    enum error error = process_start(&spec, faults, &pid);
    close(ends[0]);
    if (error == OK) {
        error = backup_pour(backup->file, &store->wal.key,
                            (struct backup_sink){ pipe_take, &ends[1] }, faults);
    }
    close(ends[1]);
    bool is_unpacked = pid != 0 && process_ended(pid, TAR_TIMEOUT_US, &status) && status == 0;
    return error != OK ? error
           : is_unpacked
               ? OK
               : refuse(faults, E_INVALID, "%s cannot be unpacked; see %s", backup->file, log);
}

/* ---- hashes ---- */

/* SHA256SUMS was compared with backup.json when the papers were read; here the tar with both. */
static void check_files(const struct backup *backup, struct faults *faults, int64_t *files)
{
    struct arena *arena = faults->arena;
    struct faults unsaid = { .arena = arena };
    struct backup_sum sum;
    *files += 3;
    if (!backup->is_whole) {
        fault_add(faults, slice_from(arena_format(arena, "%s/" BACKUP_PAPER, backup->folder).ptr),
                  "is damaged, or " BACKUP_SUMS " or the tar beside it: they do not agree");
        return;
    }
    if (backup_hash_file(backup->file, &unsaid, &sum) != OK) {
        fault_add(faults, slice_from(backup->file), "%.*s", FMT(unsaid.detail));
    } else if (!slice_eq(slice_from(sum.hash), slice_from(backup->hash))) {
        fault_add(faults, slice_from(backup->file),
                  "is damaged: its bytes are not those that were written");
    } else if (backup->engine == ENGINE_PGBACKREST) {
        int64_t count = 0;
        if (pgbackrest_check(backup, faults, &count) != OK) {
            fault_add(faults, slice_from(backup->file), "%.*s", FMT(faults->detail));
        }
        *files += count;
    }
}

static enum error check_wal(const char *folder, const struct backup_store *store,
                            const struct backup *backup, struct faults *faults,
                            struct wal_check *ret_check)
{
    const struct wal_range range = { .from = backup->start_wal,
                                     .segment_bytes = backup->segment_bytes };
    return backup->is_whole ? wal_check(folder, &store->wal.key, range, faults, ret_check) : OK;
}

static enum error check_copy(const struct backup_store *store, const struct backup *backup,
                             struct faults *faults, struct backup_checked *checked)
{
    struct backup copy = backup_papers_read(store->copy_base, backup->id, faults->arena);
    if (access(copy.folder, F_OK) != 0) {
        fault_add(faults, slice_from(copy.folder), "is missing in the second place");
        return OK;
    }
    check_files(&copy, faults, &checked->files);
    return check_wal(store->wal.copy, store, backup, faults, &checked->wal_copy);
}

/* ---- the manifest ---- */

static void check_manifest(const struct backup_store *store, const struct backup *backup,
                           const char *scratch, struct faults *faults)
{
    struct arena *arena = faults->arena;
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = arena };
    struct slice said = S("");
    const char *log = arena_format(arena, "%s/last-verify.log", store->folder).ptr;
    const char *const argv[] = { arena_format(arena, "%s/pg_verifybackup", store->bin).ptr,
                                 "--quiet", scratch, NULL };
    unlink(log);
    if (backup_unpack(store, backup, scratch, &unsaid) != OK) {
        fault_add(faults, slice_from(backup->file), "%.*s", FMT(unsaid.detail));
    } else if (backup->engine == ENGINE_CORE && backup_program(store, argv, log, &unsaid) != OK) {
        if (backup_read(log, &none, &unsaid, &said) != OK) {
            said = unsaid.detail;
        }
        said = slice_from_to(said, 0, said.len < OUTPUT_MAX ? said.len : OUTPUT_MAX);
        fault_add(faults, slice_from(backup->file), "pg_verifybackup: %.*s", FMT(slice_trim(said)));
    }
}

enum error backup_verify(const struct backup_store *store, const struct backup *backup,
                         bool is_quick, struct faults *faults, struct backup_checked *ret_checked)
{
    struct backup_checked checked = { .scratch = "" };
    check_files(backup, faults, &checked.files);
    TRY(check_wal(store->wal.main, store, backup, faults, &checked.wal));
    if (store->copy_base != NULL) {
        TRY(check_copy(store, backup, faults, &checked));
    }
    if (faults->count == 0 && !is_quick) {
        const char *scratch =
            arena_format(faults->arena, "%s/" BACKUP_SCRATCH "%d", store->folder, (int)getpid())
                .ptr;
        check_manifest(store, backup, scratch, faults);
        checked.is_unpacked = faults->count == 0;
        checked.scratch = scratch;
    }
    *ret_checked = checked;
    return OK;
}
