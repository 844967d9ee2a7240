/* Putting a restored database in the place of the live one. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/backup_setup.h"
#include "ops/embedded.h"
#include "ops/restore.h"

/* Timelines that the restored cluster began must not be in the archive as others: then something
 * else was restored and swapped in since, and both would write files of the same names. */
static enum error check_timelines(const struct wal_places *places, const char *cluster,
                                  struct faults *faults)
{
    struct arena *arena = faults->arena;
    struct wal_list list = { 0 };
    const struct backup_key none = { 0 };
    const char *probe = arena_format(arena, "%s/pg_wal/astralfield.probe", cluster).ptr;
    TRY(wal_list(places->main, faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        struct faults unsaid = { .arena = arena };
        struct slice name = list.names[i], ours = S(""), theirs = S("");
        const char *path = arena_format(arena, "%s/pg_wal/%.*s", cluster, FMT(name)).ptr;
        if (!slice_ends(name, S(".history")) || access(path, F_OK) != 0) {
            continue;
        }
        TRY(wal_fetch(places, name, probe, faults));
        enum error error = backup_read(path, &none, &unsaid, &ours);
        if (error == OK) {
            error = backup_read(probe, &none, &unsaid, &theirs);
        }
        unlink(probe);
        if (error != OK || !slice_eq(ours, theirs)) {
            return refuse(faults, E_CONFLICT,
                          "another restored database took this place since this one was made: "
                          "restore again");
        }
    }
    return OK;
}

static enum error no_swap(const char *a, const char *b, struct faults *faults)
{
    if (errno == EXDEV) {
        return refuse(faults, E_FILE,
                      "%s and %s must be on one file system: restore into a folder beside the "
                      "data directory",
                      a, b);
    }
    return refuse(faults, E_FILE, "%s and %s cannot be swapped: %s", a, b, strerror(errno));
}

/* A PostgreSQL whose `astralfield up` was killed may still be ending. */
static enum error check_stopped(const char *live, struct faults *faults)
{
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = faults->arena };
    struct slice text = S("");
    const char *path = arena_format(faults->arena, "%s/postmaster.pid", live).ptr;
    if (backup_read(path, &none, &unsaid, &text) != OK) {
        return OK;
    }
    char where[PATH_MAX] = { 0 };
    struct slice pid = slice_cut(&text, '\n');
    const char *proc = arena_format(faults->arena, "/proc/%.*s/cwd", FMT(pid)).ptr;
    return readlink(proc, where, sizeof(where) - 1) > 0 &&
                   slice_eq(slice_from(where), slice_from(live))
               ? refuse(faults, E_IN_USE, "process %.*s still has %s open", FMT(pid), live)
               : OK;
}

static enum error swap(const char *live, const char *restored, const char *aside,
                       struct faults *faults)
{
    if (access(live, F_OK) != 0) {
        return rename(restored, live) == 0 ? OK : no_swap(restored, live, faults);
    }
    if (renameat2(AT_FDCWD, restored, AT_FDCWD, live, RENAME_EXCHANGE) != 0 ||
        rename(restored, aside) != 0) {
        return no_swap(restored, live, faults);
    }
    return OK;
}

enum error restore_swap(const char *data, const struct config *settings, const char *to,
                        struct faults *faults, struct slice *ret_aside)
{
    struct arena *arena = faults->arena;
    struct embedded_lock lock;
    struct wal_places places = { 0 };
    const char *home = backup_home(data, arena);
    const char *live = arena_format(arena, "%s/postgres", home).ptr;
    const char *restored = arena_format(arena, "%s/postgres", to).ptr;
    const char *redis = arena_format(arena, "%s/redis", home).ptr;
    if (access(arena_format(arena, "%s/PG_VERSION", restored).ptr, F_OK) != 0) {
        return refuse(faults, E_NOT_FOUND, "%s holds no restored database", to);
    }
    TRY(backup_places(home, settings, faults, &places));
    TRY(embedded_lock(data, faults, &lock));
    enum error error = check_stopped(live, faults);
    if (error == OK) {
        error = check_timelines(&places, restored, faults);
    }
    bool has_old = access(live, F_OK) == 0;
    char text[UTIME_TEXT_MAX];
    struct slice now = utime_print(utime_now(), text);
    now = slice_from_to(now, 0, now.len - sizeof(".000Z") + 1);
    const char *aside = arena_format(arena, "%s/postgres.before-%.*s", home, FMT(now)).ptr;
    if (error == OK) {
        error = swap(live, restored, aside, faults);
    }
    if (error == OK && access(redis, F_OK) == 0 &&
        rename(redis, arena_format(arena, "%s/redis.before-%.*s", home, FMT(now)).ptr) != 0) {
        error = refuse(faults, E_FILE, "cannot put %s aside: %s", redis, strerror(errno));
    }
    if (error == OK) {
        error = backup_sync_folder(home, faults);
    }
    embedded_unlock(&lock);
    if (error == OK) {
        *ret_aside = has_old ? slice_from(aside) : S("");
    }
    return error;
}
