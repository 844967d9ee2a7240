/* Where backups are, who owns them, and how PostgreSQL is reached for them. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "ops/backup.h"
#include "ops/backup_setup.h"
#include "ops/internal.h"

enum { ENV_MAX = 64, PROGRAM_TIMEOUT_S = 6 * 3600 };

/* ---- folders ---- */

const char *backup_home(const char *data, struct arena *arena)
{
    char path[PATH_MAX];
    const char *link = arena_format(arena, "%s/home", data).ptr;
    if (realpath(link, path) == NULL && realpath(data, path) == NULL) {
        return data;
    }
    return arena_cstr(arena, slice_from(path));
}

static bool owner_of(const char *path, struct arena *arena, struct unix_user *ret_user)
{
    struct stat facts;
    return stat(path, &facts) == 0 && facts.st_uid != 0 &&
           unix_user_by_uid(arena, facts.st_uid, ret_user) == OK;
}

struct unix_user backup_owner(const char *data, const struct config *settings, struct arena *arena)
{
    static const char *const names[] = { "astralfield", "postgres", "nobody" };
    struct unix_user user = { 0 };
    const char *home = backup_home(data, arena);
    const char *const places[] = { arena_format(arena, "%s/postgres", home).ptr,
                                   arena_format(arena, "%s/backups", home).ptr, home,
                                   settings->backup_copy_dir };
    for (size_t i = 0; i < ARRAY_LEN(places) && geteuid() == 0; i++) {
        if (owner_of(places[i], arena, &user)) {
            return user;
        }
    }
    /* PostgreSQL does not run as root, so the one that `astralfield up` would take. */
    for (size_t i = 0; i < ARRAY_LEN(names) && geteuid() == 0; i++) {
        if (settings->database_url[0] == '\0' && unix_user_find(arena, names[i], &user) == OK) {
            return user;
        }
    }
    return (struct unix_user){ 0 };
}

enum error backup_store_open(const char *data, const struct config *settings, const char *url,
                             struct faults *faults, struct backup_store *ret_store)
{
    struct arena *arena = faults->arena;
    const char *home = backup_home(data, arena);
    struct backup_store store = {
        .home = home,
        .folder = arena_format(arena, "%s/backups", home).ptr,
        .base = arena_format(arena, "%s/backups/base", home).ptr,
        .cluster = arena_format(arena, "%s/postgres", home).ptr,
        .url = url,
        .is_embedded = settings->database_url[0] == '\0',
        .engine = (enum backup_engine)settings->backup_engine,
        .keep = settings->backup_keep,
        .key_file = settings->backup_key_file,
        .user = backup_owner(data, settings, arena),
    };
    if (access(home, F_OK) != 0) {
        return refuse(faults, E_NOT_FOUND, "there is no data directory %s: name it with --data DIR",
                      data);
    }
    TRY(backup_folders(store.home, settings, &store.user, faults));
    if (store.user.name != NULL) {
        TRY(process_become(&store.user, faults));
    }
    TRY(postgres_programs(store.cluster, faults, &store.bin));
    TRY(backup_places(store.home, settings, faults, &store.wal));
    if (store.wal.copy != NULL) {
        store.copy_base = arena_format(arena, "%s/base", settings->backup_copy_dir).ptr;
    }
    struct unix_user ourselves = { 0 };
    TRY(backup_own_program(store.home, &ourselves, faults, &store.program));
    *ret_store = store;
    return OK;
}

enum error backup_lock(const struct backup_store *store, struct faults *faults)
{
    const char *path = arena_format(faults->arena, "%s/lock", store->folder).ptr;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return refuse(faults, E_FILE, "cannot open %s: %s", path, strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return refuse(faults, E_IN_USE, "another backup or restore is running on %s",
                      store->folder);
    }
    return OK; /* the descriptor stays open: the lock goes with the process */
}

/* ---- programs ---- */

enum error backup_program(const struct backup_store *store, const char *const *argv,
                          const char *log, struct faults *faults)
{
    struct process_spec spec = {
        .name = argv[0],
        .argv = argv,
        .directory = store->home,
        .log = log,
        .env = backup_server_env(store, faults),
        .death_signal = SIGKILL,
    };
    return process_run(&spec, PROGRAM_TIMEOUT_S * US_PER_S, faults);
}

enum error backup_remove(const struct backup_store *store, const char *folder,
                         struct faults *faults)
{
    const char *const argv[] = { "rm", "-rf", "--", folder, NULL };
    return backup_program(store, argv, NULL, faults);
}

/* ---- the server ---- */

static void options_done(PQconninfoOption **options)
{
    PQconninfoFree(*options);
}

const char *const *backup_server_env(const struct backup_store *store, struct faults *faults)
{
    struct arena *arena = faults->arena;
    const char **env = ARENA_ARRAY(arena, ENV_MAX, const char *);
    size_t count = 0;
    env[count++] = "LC_ALL=C";
    CLEANUP(options_done)
    PQconninfoOption *options = store->url != NULL ? PQconninfoParse(store->url, NULL) : NULL;
    for (PQconninfoOption *at = options; at != NULL && at->keyword != NULL; at++) {
        if (at->val != NULL && at->envvar != NULL && count < ENV_MAX - 3) {
            env[count++] = arena_format(arena, "%s=%s", at->envvar, at->val).ptr;
        }
    }
    if (store->is_embedded) {
        env[count++] = "PGUSER=postgres";
    }
    return env;
}

enum error backup_connect(const struct backup_store *store, const char *database,
                          struct faults *faults, PGconn **ret_pg)
{
    if (store->url == NULL) {
        return refuse(faults, E_UNAVAILABLE, "no instance is running on %s", store->home);
    }
    const char *keys[5] = { "dbname" };
    const char *values[5] = { store->url };
    size_t count = 1;
    if (store->is_embedded) {
        keys[count] = "user";
        values[count++] = "postgres";
    }
    if (database != NULL) {
        keys[count] = "dbname";
        values[count++] = database;
    }
    PGconn *pg = PQconnectdbParams(keys, values, 1);
    if (PQstatus(pg) == CONNECTION_OK) {
        *ret_pg = pg;
        return OK;
    }
    enum error error = refuse(faults, E_UNAVAILABLE, "the database cannot be reached: %.*s",
                              FMT(slice_trim(slice_from(PQerrorMessage(pg)))));
    PQfinish(pg);
    return error;
}

/* ---- status.json ---- */

enum { STATUS_LINES = 3 };
static const char *const status_names[STATUS_LINES] = { "backup", "verify", "copy" };

enum error backup_note(const struct backup_store *store, const char *what, enum error error,
                       struct slice detail, struct faults *faults)
{
    struct arena *arena = faults->arena;
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("what"), slice_from(what));
    json_member_time(&json, S("at"), utime_now());
    json_member_bool(&json, S("ok"), error == OK);
    json_member_text(&json, S("detail"), detail);
    json_close_object(&json);
    struct slice line = json_done(&json);
    const char *path = arena_format(arena, "%s/status.json", store->folder).ptr;
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = arena };
    struct slice old = S("");
    if (backup_read(path, &none, &unsaid, &old) != OK) {
        old = S("");
    }
    /* One line for each kind of work, so that the newest of each can be taken over as it is. */
    struct buffer text;
    buffer_init(&text, arena);
    buffer_add(&text, S("[\n"));
    for (size_t i = 0; i < STATUS_LINES; i++) {
        struct slice rest = old, found = S("");
        struct slice prefix = arena_format(arena, "{\"what\":\"%s\",", status_names[i]);
        while (rest.len > 0) {
            struct slice one = slice_cut(&rest, '\n');
            found = slice_starts(one, prefix) ? one : found;
        }
        if (slice_starts(line, prefix)) {
            found = line;
        }
        if (found.len > 0) {
            bool has_comma = found.ptr[found.len - 1] == ',';
            buffer_add(&text, text.len > 2 ? S(",\n") : S(""));
            buffer_add(&text, slice_from_to(found, 0, found.len - (has_comma ? 1 : 0)));
        }
    }
    buffer_add(&text, S("\n]\n"));
    return backup_write(path, &none, buffer_slice(&text), faults);
}
