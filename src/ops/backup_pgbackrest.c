#include "ops/backup_pgbackrest.h"

#include <errno.h>
#include <fts.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

enum { ENV_MAX = 24, LIMIT_S = 6 * 3600, SAID_MAX = 2000, FILES_MAX = 1000000, HASH_GAP = 2 };
#define LIST "files.sha256"
#define REPO "repo"

/* ---- the program ---- */

struct call {
    const struct backup_store *store;
    const char *repo;
    const char *cluster; /* pg1-path */
    const char *log;
};

/* Settings as its environment: a passphrase on a command line could be read by everybody. */
static const char *const *env_of(const struct call *call, struct faults *faults)
{
    struct arena *arena = faults->arena;
    const struct backup_store *store = call->store;
    const struct backup_key *key = &store->wal.key;
    const char *own = arena_format(arena, "%s/.pgbackrest", store->folder).ptr;
    const char **env = ARENA_ARRAY(arena, ENV_MAX, const char *);
    size_t count = 0;
    env[count++] = "LC_ALL=C";
    env[count++] = "PGBACKREST_CONFIG=/dev/null";
    env[count++] = "PGBACKREST_STANZA=astralfield";
    env[count++] = "PGBACKREST_LOG_LEVEL_FILE=off";
    env[count++] = "PGBACKREST_LOG_LEVEL_CONSOLE=warn";
    env[count++] = "PGBACKREST_LOG_LEVEL_STDERR=off";
    env[count++] = arena_format(arena, "PGBACKREST_LOCK_PATH=%s", own).ptr;
    env[count++] = arena_format(arena, "PGBACKREST_LOG_PATH=%s", own).ptr;
    env[count++] = arena_format(arena, "PGBACKREST_SPOOL_PATH=%s", own).ptr;
    env[count++] = arena_format(arena, "PGBACKREST_REPO1_PATH=%s", call->repo).ptr;
    env[count++] = "PGBACKREST_REPO1_RETENTION_FULL=1";
    env[count++] = "PGBACKREST_REPO1_BUNDLE=y";
    env[count++] = arena_format(arena, "PGBACKREST_PG1_PATH=%s", call->cluster).ptr;
    env[count++] = "PGBACKREST_COMPRESS_TYPE=lz4";
    env[count++] = "PGBACKREST_PROCESS_MAX=2";
    if (key->is_set) {
        char digits[2 * BACKUP_KEY_BYTES + 1];
        sodium_bin2hex(digits, sizeof(digits), key->bytes, sizeof(key->bytes));
        env[count++] = "PGBACKREST_REPO1_CIPHER_TYPE=aes-256-cbc";
        env[count++] = arena_format(arena, "PGBACKREST_REPO1_CIPHER_PASS=%s", digits).ptr;
    }
    for (const char *const *at = backup_server_env(store, faults); *at != NULL; at++) {
        struct slice rest = slice_from(*at);
        struct slice name = slice_cut(&rest, '=');
        const char *ours = slice_eq(name, S("PGHOST"))   ? "PG1_SOCKET_PATH"
                           : slice_eq(name, S("PGPORT")) ? "PG1_PORT"
                           : slice_eq(name, S("PGUSER")) ? "PG1_USER"
                                                         : NULL;
        if (ours != NULL) {
            CHECK(count < ENV_MAX - 1);
            env[count++] = arena_format(arena, "PGBACKREST_%s=%.*s", ours, FMT(rest)).ptr;
        }
    }
    return env;
}

static enum error run(const struct call *call, const char *const *argv, struct faults *faults)
{
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = faults->arena };
    struct slice said = S("");
    const struct process_spec spec = { .name = "pgbackrest",
                                       .argv = argv,
                                       .env = env_of(call, faults),
                                       .directory = call->store->home,
                                       .log = call->log,
                                       .death_signal = SIGKILL };
    unlink(call->log);
    enum error error = process_run(&spec, LIMIT_S * US_PER_S, &unsaid);
    if (error == OK) {
        return OK;
    }
    struct slice why = unsaid.detail;
    if (backup_read(call->log, &none, &unsaid, &said) == OK && said.len > 0) {
        why = slice_trim(slice_from_to(said, 0, said.len < SAID_MAX ? said.len : SAID_MAX));
    }
    return refuse(faults, error, "pgbackrest %s: %.*s", argv[1], FMT(why));
}

static struct call call_of(const struct backup_store *store, const char *folder,
                           const char *cluster, struct arena *arena)
{
    const char *own = arena_format(arena, "%s/.pgbackrest", store->folder).ptr;
    mkdir(own, 0700); /* what goes wrong here is said by pgBackRest */
    return (struct call){ .store = store,
                          .repo = arena_format(arena, "%s/" REPO, folder).ptr,
                          .cluster = cluster,
                          .log = arena_format(arena, "%s/last-pgbackrest.log", store->folder).ptr };
}

/* ---- making ---- */

/* Where the backup begins and ends, as pgBackRest tells it. */
static enum error read_info(const struct call *call, struct backup *backup, struct faults *faults)
{
    static const char *const info[] = { "pgbackrest", "info", "--output=json", NULL };
    const struct backup_key none = { 0 };
    struct slice text = S("");
    TRY(run(call, info, faults));
    TRY(backup_read(call->log, &none, faults, &text));
    json_t *root = json_loadb(text.ptr, text.len, JSON_DISABLE_EOF_CHECK, NULL);
    const json_t *first = json_array_get(json_object_get(json_array_get(root, 0), "backup"), 0);
    const json_t *lsn = json_object_get(first, "lsn");
    const char *start = json_string_value(json_object_get(lsn, "start"));
    const char *stop = json_string_value(json_object_get(lsn, "stop"));
    bool is_told = start != NULL && stop != NULL;
    if (is_told) {
        backup->start_lsn = arena_cstr(faults->arena, slice_from(start));
        backup->end_lsn = arena_cstr(faults->arena, slice_from(stop));
        backup->start_wal = wal_segment_of(faults->arena, backup->timeline, backup->start_lsn,
                                           backup->segment_bytes);
    }
    json_decref(root);
    return is_told
               ? OK
               : refuse(faults, E_FILE, "pgbackrest did not say what it covers; see %s", call->log);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void fts_done(FTS **walk)
{
    if (*walk != NULL) {
        fts_close(*walk);
    }
}

/* "hash  repo/…" per file, as sha256sum writes it. Links are pgBackRest's own convenience. */
static enum error list_files(const char *folder, struct faults *faults, struct slice *ret_text,
                             int64_t *ret_bytes)
{
    struct arena *arena = faults->arena;
    char *paths[] = { (char *)(uintptr_t)arena_format(arena, "%s/" REPO, folder).ptr, NULL };
    CLEANUP(fts_done) FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    size_t skip = slice_from(folder).len + 1;
    struct buffer out;
    buffer_init(&out, arena);
    *ret_bytes = 0;
    for (FTSENT *entry = walk == NULL ? NULL : fts_read(walk); entry != NULL;
         entry = fts_read(walk)) {
        struct backup_sum sum;
        if (entry->fts_info == FTS_F) {
            TRY(backup_hash_file(entry->fts_path, faults, &sum));
            buffer_format(&out, "%s  %s\n", sum.hash, entry->fts_path + skip);
            *ret_bytes += sum.bytes;
        }
    }
    *ret_text = buffer_slice(&out);
    return out.len > 0 ? OK : refuse(faults, E_FILE, "%s is empty", paths[0]);
}

enum error pgbackrest_fill(const struct backup_store *store, const char *folder,
                           struct backup *backup, struct faults *faults)
{
    static const char *const create[] = { "pgbackrest", "stanza-create", NULL };
    static const char *const make[] = { "pgbackrest",         "backup",
                                        "--type=full",        "--start-fast",
                                        "--no-archive-check", NULL };
    const struct backup_key none = { 0 };
    struct slice text = S("");
    struct backup_sum sum;
    if (!store->is_embedded) {
        return refuse(faults, E_INVALID,
                      "BACKUP_ENGINE=pgbackrest reads the files of the embedded database; "
                      "DATABASE_URL is set, so set pgBackRest up where that server runs");
    }
    const struct call call = call_of(store, folder, store->cluster, faults->arena);
    TRY(run(&call, create, faults));
    TRY(run(&call, make, faults));
    TRY(read_info(&call, backup, faults));
    TRY(list_files(folder, faults, &text, &backup->stored_bytes));
    backup->file = arena_format(faults->arena, "%s/" LIST, folder).ptr;
    TRY(backup_write(backup->file, &none, text, faults));
    backup_hash(text, &sum);
    backup->bytes = sum.bytes;
    backup->hash = arena_cstr(faults->arena, slice_from(sum.hash));
    backup->is_encrypted = store->wal.key.is_set;
    backup->finished = utime_now();
    return OK;
}

/* ---- using ---- */

/* Calls `each` for every line of the list; its paths stay inside the backup's folder. */
static enum error each_file(const struct backup *backup, struct faults *faults,
                            enum error (*each)(void *thing, struct slice hash, struct slice path),
                            void *thing)
{
    const struct backup_key none = { 0 };
    struct slice text = S("");
    TRY(backup_read(backup->file, &none, faults, &text));
    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        if (line.len <= BACKUP_HASH_TEXT + HASH_GAP) {
            return refuse(faults, E_INVALID, "%s is not a list of files", backup->file);
        }
        struct slice path = slice_from_to(line, BACKUP_HASH_TEXT + HASH_GAP, line.len);
        if (!slice_starts(path, S(REPO "/")) || memmem(path.ptr, path.len, "..", 2) != NULL) {
            return refuse(faults, E_INVALID, "%s names a file elsewhere", backup->file);
        }
        TRY(each(thing, slice_from_to(line, 0, BACKUP_HASH_TEXT), path));
    }
    return OK;
}

struct checking {
    const struct backup *backup;
    struct faults *faults;
    int64_t files;
};

static enum error check_one(void *thing, struct slice hash, struct slice path)
{
    struct checking *checking = thing;
    struct arena *arena = checking->faults->arena;
    struct faults unsaid = { .arena = arena };
    struct backup_sum sum;
    const char *file = arena_format(arena, "%s/%.*s", checking->backup->folder, FMT(path)).ptr;
    checking->files++;
    if (backup_hash_file(file, &unsaid, &sum) != OK) {
        fault_add(checking->faults, slice_from(file), "%.*s", FMT(unsaid.detail));
    } else if (!slice_eq(slice_from(sum.hash), hash)) {
        fault_add(checking->faults, slice_from(file),
                  "is damaged: its bytes are not those that were written");
    }
    return OK;
}

enum error pgbackrest_check(const struct backup *backup, struct faults *faults, int64_t *ret_files)
{
    struct checking checking = { .backup = backup, .faults = faults };
    TRY(each_file(backup, faults, check_one, &checking));
    *ret_files = checking.files;
    return OK;
}

struct copying {
    const struct backup *backup;
    const char *to;
    struct faults *faults;
};

static enum error copy_one(void *thing, struct slice hash, struct slice path)
{
    struct copying *copying = thing;
    struct arena *arena = copying->faults->arena;
    (void)hash;
    for (size_t at = slice_find(path, '/', 0); at < path.len; at = slice_find(path, '/', at + 1)) {
        const char *part = arena_format(arena, "%s/%.*s", copying->to, (int)at, path.ptr).ptr;
        if (mkdir(part, 0700) != 0 && errno != EEXIST) {
            return refuse(copying->faults, E_FILE, "cannot make %s: %s", part, strerror(errno));
        }
    }
    return backup_copy(arena_format(arena, "%s/%.*s", copying->backup->folder, FMT(path)).ptr,
                       arena_format(arena, "%s/%.*s", copying->to, FMT(path)).ptr, copying->faults);
}

enum error pgbackrest_copy(const struct backup *backup, const char *to, struct faults *faults)
{
    struct copying copying = { .backup = backup, .to = to, .faults = faults };
    return each_file(backup, faults, copy_one, &copying);
}

enum error pgbackrest_unpack(const struct backup_store *store, const struct backup *backup,
                             const char *to, struct faults *faults)
{
    static const char *const restore[] = { "pgbackrest", "restore", "--type=none", NULL };
    struct backup_store alone = *store;
    alone.url = NULL; /* it works on files; who serves now is none of its business */
    const struct call call = call_of(&alone, backup->folder, to, faults->arena);
    return run(&call, restore, faults);
}
