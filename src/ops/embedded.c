#include "ops/embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/internal.h"

enum {
    SOCKET_PATH_MAX = 107, /* sun_path without its NUL */
    REACH_TIMEOUT_US = 10000000,
    LOG_BYTES_MAX = 32 * 1024 * 1024,
};
#define HOMES "/var/lib/astralfield"
#define POSTGRES_SOCKET "/.s.PGSQL.5432"

/* ---- files and folders ---- */

enum error folder_make(const char *path, mode_t mode, const struct unix_user *owner,
                       struct faults *faults)
{
    if (mkdir(path, mode) != 0 && errno != EEXIST) {
        return refuse(faults, E_FILE, "cannot make the folder %s: %s", path, strerror(errno));
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool is_good = fd >= 0 && (owner->uid == 0 || fchown(fd, owner->uid, owner->gid) == 0) &&
                   fchmod(fd, mode) == 0;
    int error = errno;
    if (fd >= 0) {
        close(fd);
    }
    return is_good ? OK
                   : refuse(faults, E_FILE, "cannot use the folder %s: %s", path, strerror(error));
}

enum error file_write(const char *path, struct slice text, const struct unix_user *owner,
                      struct faults *faults)
{
    const char *fresh = arena_format(faults->arena, "%s.new", path).ptr;
    unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool is_good = fd >= 0 && (owner->uid == 0 || fchown(fd, owner->uid, owner->gid) == 0) &&
                   write(fd, text.ptr, text.len) == (ssize_t)text.len;
    if (fd >= 0) {
        is_good = close(fd) == 0 && is_good;
    }
    return is_good && rename(fresh, path) == 0
               ? OK
               : refuse(faults, E_FILE, "cannot write %s: %s", path, strerror(errno));
}

/* The data directory and what is missing above it. */
static enum error folders_above(const char *path, struct faults *faults)
{
    struct slice whole = slice_from(path);
    for (size_t at = slice_find(whole, '/', 1);; at = slice_find(whole, '/', at + 1)) {
        const char *part = arena_cstr(faults->arena, slice_from_to(whole, 0, at));
        if (mkdir(part, 0755) != 0 && errno != EEXIST) {
            return refuse(faults, E_FILE, "cannot make the folder %s: %s", part, strerror(errno));
        }
        if (at == whole.len) {
            return OK;
        }
    }
}

/* ---- the lock ---- */

enum error embedded_lock(const char *data, struct faults *faults, struct embedded_lock *ret_lock)
{
    TRY(folders_above(data, faults));
    const char *path = arena_format(faults->arena, "%s/lock", data).ptr;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) {
        return refuse(faults, E_FILE, "cannot open %s: %s", path, strerror(errno));
    }
    char text[32] = { 0 };
    bool is_ours = flock(fd, LOCK_EX | LOCK_NB) == 0;
    ssize_t got = read(fd, text, sizeof(text) - 1);
    if (!is_ours) {
        close(fd);
        return refuse(faults, E_IN_USE,
                      "the data directory %s is in use by process %s (astralfield up). Stop that "
                      "one, or name another directory with --data DIR",
                      data, got > 0 ? text : "?");
    }
    int len = snprintf(text, sizeof(text), "%d", (int)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len) {
        close(fd);
        return refuse(faults, E_FILE, "cannot write %s: %s", path, strerror(errno));
    }
    *ret_lock = (struct embedded_lock){ .fd = fd, .was_killed = got > 0 };
    return OK;
}

void embedded_unlock(struct embedded_lock *lock)
{
    int status = ftruncate(lock->fd, 0);
    CHECK(status == 0);
    close(lock->fd);
}

/* ---- user and home ---- */

static bool owner_of(struct arena *arena, const char *path, struct unix_user *ret_user)
{
    struct stat facts;
    return stat(path, &facts) == 0 && facts.st_uid != 0 &&
           unix_user_by_uid(arena, facts.st_uid, ret_user) == OK;
}

static enum error choose_user(const struct embedded_wish *wish, struct faults *faults,
                              struct unix_user *ret_user)
{
    static const char *const names[] = { "astralfield", "postgres", "nobody" };
    struct arena *arena = faults->arena;
    *ret_user = (struct unix_user){ 0 };
    if (geteuid() != 0) {
        return OK;
    }
    if (wish->run_as[0] != '\0') {
        if (unix_user_find(arena, wish->run_as, ret_user) != OK || ret_user->uid == 0) {
            return refuse(faults, E_INVALID,
                          "RUN_AS is %s, which is not a user of this machine other than root",
                          wish->run_as);
        }
        return OK;
    }
    if (owner_of(arena, arena_format(arena, "%s/home/postgres", wish->data).ptr, ret_user) ||
        owner_of(arena, arena_format(arena, "%s/postgres", wish->data).ptr, ret_user) ||
        owner_of(arena, wish->data, ret_user)) {
        return OK;
    }
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (unix_user_find(arena, names[i], ret_user) == OK) {
            return OK;
        }
    }
    return refuse(faults, E_INVALID,
                  "root may not run the engines, and there is no user astralfield, postgres or "
                  "nobody: name one with RUN_AS");
}

/* Whether the user may enter the folder, its parents included. */
static bool is_reachable(const char *path, const struct unix_user *user, struct faults *faults)
{
    const char *const argv[] = { "/bin/sh", "-c", "cd \"$0\" 2>/dev/null", path, NULL };
    struct process_spec spec = { .name = "sh", .argv = argv, .directory = "/", .user = *user };
    return user->uid == 0 || process_run(&spec, REACH_TIMEOUT_US, faults) == OK;
}

/* <data> itself, or the folder that <data>/home points to; see embedded.h. */
static enum error choose_home(const struct embedded_wish *wish, struct faults *faults,
                              struct embedded *embedded)
{
    const char *link = arena_format(faults->arena, "%s/home", wish->data).ptr;
    char target[PATH_MAX] = HOMES "/XXXXXX";
    if (access(link, F_OK) == 0) {
        CHECK(realpath(link, target) != NULL);
    } else if (is_reachable(wish->data, &embedded->user, faults)) {
        embedded->home = wish->data;
        return OK;
    } else {
        mkdir(HOMES, 0755);
        unlink(link);
        if (mkdtemp(target) == NULL || symlink(target, link) != 0) {
            return refuse(faults, E_FILE,
                          "the user %s cannot reach %s, and no folder could be made in " HOMES
                          ": %s. Choose another place with --data DIR",
                          embedded->user.name, wish->data, strerror(errno));
        }
        wish->tell(arena_format(faults->arena,
                                "the user %s cannot reach %s: the engines' data is in %s",
                                embedded->user.name, wish->data, target)
                       .ptr);
    }
    embedded->home = arena_cstr(faults->arena, slice_from(target));
    return folder_make(embedded->home, 0700, &embedded->user, faults);
}

/* ---- sockets ---- */

static bool fits(struct slice folder)
{
    return folder.len + sizeof(POSTGRES_SOCKET) - 1 <= SOCKET_PATH_MAX;
}

static enum error choose_sockets(struct faults *faults, struct embedded *embedded)
{
    struct slice folder = arena_format(faults->arena, "%s/sockets", embedded->home);
    embedded->has_temporary_sockets = !fits(folder);
    const char *const bases[] = { geteuid() == 0 ? "/run" : getenv("XDG_RUNTIME_DIR"), "/tmp" };
    for (size_t i = 0; i < ARRAY_LEN(bases) && !fits(folder); i++) {
        struct slice made = arena_format(faults->arena, "%s/astralfield-XXXXXX",
                                         bases[i] != NULL ? bases[i] : "/tmp");
        if (fits(made) && mkdtemp((char *)(uintptr_t)made.ptr) != NULL) {
            folder = made;
        }
    }
    if (!fits(folder)) {
        return refuse(faults, E_FILE, "no folder for the sockets could be made in /tmp: %s",
                      strerror(errno));
    }
    embedded->sockets = folder.ptr;
    return folder_make(embedded->sockets, 0700, &embedded->user, faults);
}

/* ---- all together ---- */

enum error embedded_prepare(const struct embedded_wish *wish, struct faults *faults,
                            struct embedded *ret_embedded)
{
    struct arena *arena = faults->arena;
    struct unix_user ourselves = { 0 };
    struct embedded embedded = {
        .data = wish->data,
        .logs = arena_format(arena, "%s/log", wish->data).ptr,
    };
    TRY(folder_make(embedded.logs, 0750, &ourselves, faults));
    TRY(folder_make(arena_format(arena, "%s/run", wish->data).ptr, 0700, &ourselves, faults));
    TRY(choose_user(wish, faults, &embedded.user));
    if (wish->wants_postgres || wish->wants_redis) {
        TRY(choose_home(wish, faults, &embedded));
        TRY(choose_sockets(faults, &embedded));
    }
    if (wish->wants_postgres) {
        TRY(postgres_prepare(wish, faults, &embedded));
    }
    if (wish->wants_redis) {
        TRY(redis_prepare(faults, &embedded));
    }
    *ret_embedded = embedded;
    return OK;
}

static enum error announce(const struct embedded *embedded, const char *name, const char *url,
                           struct faults *faults)
{
    struct unix_user ourselves = { 0 };
    const char *path = arena_format(faults->arena, "%s/run/%s.url", embedded->data, name).ptr;
    if (url == NULL) {
        unlink(path);
        return OK;
    }
    return file_write(path, arena_format(faults->arena, "%s\n", url), &ourselves, faults);
}

enum error embedded_announce(const struct embedded *embedded, const char *database_url,
                             const char *redis_url, struct faults *faults)
{
    TRY(announce(embedded, "database", database_url, faults));
    return announce(embedded, "redis", redis_url, faults);
}

enum error embedded_announce_server(const struct embedded *embedded, const char *url,
                                    struct faults *faults)
{
    return announce(embedded, "server", url, faults);
}

void embedded_done(const struct embedded *embedded)
{
    if (embedded->has_temporary_sockets) {
        unlink(embedded->redis_socket);
        rmdir(embedded->sockets);
    }
}

/* Writers have the file open for appending, so it is copied and cut, not renamed. */
void embedded_trim_log(const char *path)
{
    struct stat facts;
    char old[PATH_MAX];
    if (stat(path, &facts) != 0 || facts.st_size < LOG_BYTES_MAX ||
        snprintf(old, sizeof(old), "%s.1", path) >= (int)sizeof(old)) {
        return;
    }
    int from = open(path, O_RDWR | O_CLOEXEC);
    int to = open(old, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
    off_t left = facts.st_size;
    while (from >= 0 && to >= 0 && left > 0) {
        ssize_t sent = sendfile(to, from, NULL, (size_t)left);
        if (sent <= 0) {
            break;
        }
        left -= sent;
    }
    if (from >= 0) {
        int cut = ftruncate(from, 0);
        (void)cut; /* a log that cannot be cut stays as it is */
        close(from);
    }
    if (to >= 0) {
        close(to);
    }
}
