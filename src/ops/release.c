#include "ops/release.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/process.h"
#include "ops/release_files.h"

enum { LISTED_MAX = 1000, UNPACK_TIMEOUT_US = 300 * 1000000, ID_MAX = 64 };

bool release_is_id(struct slice id)
{
    for (size_t i = 0; i < id.len; i++) {
        unsigned char c = (unsigned char)id.ptr[i];
        bool is_mark = c == '.' || c == '_' || c == '+' || c == '-';
        if (!isalnum(c) && !(is_mark && i > 0)) {
            return false;
        }
    }
    return id.len > 0 && id.len <= ID_MAX && !slice_eq(id, S("current")) &&
           !slice_eq(id, S("previous")) && !slice_eq(id, S("built-in"));
}

static const char *place(struct arena *arena, const char *data, struct slice name)
{
    return arena_format(arena, "%s/releases/%.*s", data, FMT(name)).ptr;
}

/* The name that a link holds; empty when there is none. */
static struct slice link_target(struct arena *arena, const char *data, struct slice name)
{
    char target[PATH_MAX];
    ssize_t len = readlink(place(arena, data, name), target, sizeof(target));
    return len <= 0 ? S("")
                    : arena_copy(arena, (struct slice){ .ptr = target, .len = (size_t)len });
}

enum error release_write_file(const char *path, struct slice text, mode_t mode,
                              struct faults *faults)
{
    const char *fresh = arena_format(faults->arena, "%s.new", path).ptr;
    unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    bool is_good = fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len &&
                   fsync(fd) == 0 && fchmod(fd, mode) == 0;
    int why = errno;
    if (fd >= 0) {
        close(fd);
    }
    return is_good && rename(fresh, path) == 0
               ? OK
               : refuse(faults, E_FILE, "cannot write %s: %s", path, strerror(why));
}

/* ---- what there is ---- */

static int newest_first(const void *a, const void *b)
{
    const struct release *x = a;
    const struct release *y = b;
    if (x->arrived_s != y->arrived_s) {
        return x->arrived_s > y->arrived_s ? -1 : 1;
    }
    size_t len = x->id.len < y->id.len ? x->id.len : y->id.len;
    int order = memcmp(y->id.ptr, x->id.ptr, len);
    return order != 0 ? order : x->id.len > y->id.len ? -1 : 1;
}

enum error release_list_read(const char *data, struct faults *faults, struct release_list *ret_list)
{
    struct arena *arena = faults->arena;
    struct release_list list = { .list = ARENA_ARRAY(arena, LISTED_MAX, struct release) };
    struct slice current = link_target(arena, data, S("current"));
    struct slice previous = link_target(arena, data, S("previous"));
    DIR *folder = opendir(place(arena, data, S("")));
    if (folder == NULL && errno != ENOENT) {
        return refuse(faults, E_FILE, "cannot read %s: %s", place(arena, data, S("")),
                      strerror(errno));
    }
    for (struct dirent *entry = folder != NULL ? readdir(folder) : NULL;
         entry != NULL && list.count < LISTED_MAX; entry = readdir(folder)) {
        struct slice name = arena_copy(arena, slice_from(entry->d_name));
        const char *path = place(arena, data, name);
        struct faults unsaid = { .arena = arena };
        struct release *release = &list.list[list.count];
        struct stat facts;
        if (!release_is_id(name) || lstat(path, &facts) != 0 || !S_ISDIR(facts.st_mode) ||
            release_read(path, &unsaid, release) != OK) {
            continue;
        }
        release->id = name;
        release->arrived_s = facts.st_ctim.tv_sec;
        release->is_current = slice_eq(name, current);
        release->is_previous = slice_eq(name, previous);
        list.count++;
    }
    if (folder != NULL) {
        closedir(folder);
    }
    qsort(list.list, list.count, sizeof(*list.list), newest_first);
    *ret_list = list;
    return OK;
}

enum error release_find(const char *data, struct slice id, struct faults *faults,
                        struct release *ret_release)
{
    struct release_list list = { 0 };
    TRY(release_list_read(data, faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        const struct release *release = &list.list[i];
        if (slice_eq(release->id, id) || (release->is_current && slice_eq(id, S("current"))) ||
            (release->is_previous && slice_eq(id, S("previous")))) {
            *ret_release = *release;
            return OK;
        }
    }
    return refuse(faults, E_NOT_FOUND,
                  "there is no release %.*s on %s: `astralfield releases list` shows what there is",
                  FMT(id), data);
}

struct release release_own(struct arena *arena)
{
    char path[PATH_MAX];
    struct faults unsaid = { .arena = arena };
    struct release release = { 0 };
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    struct slice program = { .ptr = path, .len = len > 0 ? (size_t)len : 0 };
    if (!slice_ends(program, S("/bin/astralfield"))) {
        return release;
    }
    program.len -= sizeof("/bin/astralfield") - 1;
    const char *folder = arena_cstr(arena, program);
    return release_read(folder, &unsaid, &release) == OK ? release : (struct release){ 0 };
}

/* ---- coming in ---- */

static enum error run(const char *const *argv, struct faults *faults)
{
    struct process_spec spec = { .name = argv[0], .argv = argv, .directory = "/" };
    return process_run(&spec, UNPACK_TIMEOUT_US, faults);
}

static enum error remove_folder(const char *folder, struct faults *faults)
{
    const char *const argv[] = { "rm", "-rf", "--one-file-system", "--", folder, NULL };
    return run(argv, faults);
}

/* The hash that may lie beside the artifact. */
static enum error check_sidecar(const char *artifact, struct faults *faults)
{
    struct arena *arena = faults->arena;
    struct slice said = S("");
    struct slice hash = S("");
    const char *path = arena_format(arena, "%s.sha256", artifact).ptr;
    if (access(path, F_OK) != 0) {
        return OK;
    }
    if (!release_read_file(arena, path, RELEASE_SMALL_BYTES_MAX, &said) ||
        !release_hash_file(arena, artifact, &hash) || said.len < hash.len ||
        !slice_eq(slice_from_to(said, 0, hash.len), hash)) {
        return refuse(faults, E_FORBIDDEN, "%s has another hash than %s says: it was altered",
                      artifact, path);
    }
    return OK;
}

/* Gives the unpacked folder its name. */
static enum error take_in(const char *data, const char *folder, struct faults *faults,
                          struct release *release)
{
    struct arena *arena = faults->arena;
    const char *to = place(arena, data, release->id);
    struct slice old = S("");
    struct slice new = S("");
    if (rename(folder, to) != 0) {
        bool is_same =
            (errno == EEXIST || errno == ENOTEMPTY) &&
            release_hash_file(arena, arena_format(arena, "%s/" RELEASE_SUMS, to).ptr, &old) &&
            release_hash_file(arena, arena_format(arena, "%s/" RELEASE_SUMS, folder).ptr, &new) &&
            slice_eq(old, new);
        if (!is_same) {
            return refuse(faults, E_CONFLICT, "there is a release %.*s with another content",
                          FMT(release->id));
        }
        TRY(remove_folder(folder, faults));
    }
    release->folder = to;
    release->program = arena_format(arena, "%s/bin/astralfield", to).ptr;
    return OK;
}

enum error release_unpack(const char *data, const char *artifact, const char *public_key,
                          struct faults *faults, struct release *ret_release)
{
    struct arena *arena = faults->arena;
    char path[PATH_MAX];
    if (realpath(artifact, path) == NULL) {
        return refuse(faults, E_FEED_MISSING, "%s: %s", artifact, strerror(errno));
    }
    const char *whole = arena_cstr(arena, slice_from(path));
    TRY(check_sidecar(whole, faults));
    const char *top = place(arena, data, S(""));
    struct slice folder = arena_format(arena, "%s/.incoming-XXXXXX", top);
    if ((mkdir(top, 0755) != 0 && errno != EEXIST) || chmod(top, 0755) != 0 ||
        mkdtemp((char *)(uintptr_t)folder.ptr) == NULL || chmod(folder.ptr, 0755) != 0) {
        return refuse(faults, E_FILE, "cannot make a folder in %s: %s", top, strerror(errno));
    }
    const char *const argv[] = { "tar", "-x",       "-f", whole,
                                 "-C",  folder.ptr, "-p", "--no-same-owner",
                                 NULL };
    struct release release = { 0 };
    enum error error = run(argv, faults);
    if (error != OK) {
        error = refuse(faults, E_FORBIDDEN, "%s cannot be unpacked: it is damaged, or no artifact",
                       whole);
    }
    if (error == OK) {
        error = release_check(folder.ptr, public_key, faults, &release);
    }
    if (error == OK) {
        error = take_in(data, folder.ptr, faults, &release);
    }
    if (error == OK) {
        *ret_release = release;
        return OK;
    }
    struct faults unsaid = { .arena = arena };
    enum error removed = remove_folder(folder.ptr, &unsaid);
    return removed == OK ? error : removed;
}

/* ---- which one serves ---- */

static enum error point(const char *data, struct slice link, struct slice id, struct faults *faults)
{
    const char *path = place(faults->arena, data, link);
    const char *fresh = arena_format(faults->arena, "%s.new", path).ptr;
    unlink(fresh);
    bool is_good = id.len == 0 ? unlink(path) == 0 || errno == ENOENT
                               : symlink(arena_cstr(faults->arena, id), fresh) == 0 &&
                                     rename(fresh, path) == 0;
    return is_good ? OK : refuse(faults, E_FILE, "cannot change %s: %s", path, strerror(errno));
}

enum error release_make_current(const char *data, struct slice id, struct faults *faults)
{
    struct slice old = link_target(faults->arena, data, S("current"));
    if (slice_eq(old, id)) {
        return OK;
    }
    TRY(point(data, S("previous"), old, faults));
    return point(data, S("current"), id, faults);
}

enum error release_forget_previous(const char *data, struct faults *faults)
{
    return point(data, S("previous"), S(""), faults);
}

enum error release_lock(const char *data, struct faults *faults)
{
    const char *top = place(faults->arena, data, S(""));
    const char *path = place(faults->arena, data, S(".lock"));
    if (mkdir(top, 0755) == 0) {
        chmod(top, 0755);
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) {
        return refuse(faults, E_FILE, "cannot open %s: %s", path, strerror(errno));
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return refuse(faults, E_IN_USE, "another deploy, rollback or prune is under way on %s",
                      data);
    }
    return OK; /* the descriptor lives as long as we do */
}

enum error release_prune(const char *data, size_t keep, const char *used, bool is_dry,
                         struct faults *faults, size_t *ret_count)
{
    struct release_list list = { 0 };
    TRY(release_list_read(data, faults, &list));
    size_t kept = 0;
    *ret_count = 0;
    for (size_t i = 0; i < list.count; i++) {
        const struct release *release = &list.list[i];
        struct slice inside = arena_format(faults->arena, "%s/", release->folder);
        bool is_used = release->is_current || release->is_previous ||
                       (used != NULL && slice_starts(slice_from(used), inside));
        if (kept < keep || is_used) {
            kept++;
            continue;
        }
        if (!is_dry) {
            TRY(remove_folder(release->folder, faults));
        }
        ++*ret_count;
    }
    return OK;
}
