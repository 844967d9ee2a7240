#include "http/static.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

enum { FILES_MAX = 4096, LEVELS_MAX = 8, TOTAL_BYTES_MAX = 64 << 20, Q_MAX = 1000 };

struct form { /* one encoding of a file */
    struct slice body;
    struct slice etag;
};

struct file {
    struct slice path; /* "/assets/app.js" */
    const char *media;
    const char *cache_control;
    struct form plain;
    struct form br; /* etag.ptr NULL = there is none */
    struct form gzip;
};

struct static_files {
    struct file *files; /* sorted by path */
    size_t count;
};

struct loader {
    struct arena *arena;
    struct faults *faults;
    struct static_files *files;
    size_t total_bytes;
};

/* ---- loading ---- */

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static void close_dir(DIR **dir)
{
    if (*dir != NULL) {
        closedir(*dir);
    }
}

static enum error read_whole(int fd, size_t size, char *bytes)
{
    size_t len = 0;
    while (len < size) {
        ssize_t got = read(fd, bytes + len, size - len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return E_FILE; /* became shorter while we read, or cannot be read */
        }
        len += (size_t)got;
    }
    return OK;
}

static enum error load_file(struct loader *loader, int fd, size_t size, struct slice path)
{
    struct static_files *files = loader->files;
    if (files->count == FILES_MAX) {
        return refuse(loader->faults, E_FILE, "There are more than %d files.", FILES_MAX);
    }
    if (size > TOTAL_BYTES_MAX - loader->total_bytes) {
        return refuse(loader->faults, E_FILE, "The files are larger than %d bytes together.",
                      TOTAL_BYTES_MAX);
    }
    loader->total_bytes += size;
    char *bytes = arena_alloc(loader->arena, size);
    if (read_whole(fd, size, bytes) != OK) {
        return refuse(loader->faults, E_FILE, "%.*s could not be read.", FMT(path));
    }
    files->files[files->count++] =
        (struct file){ .path = path, .plain = { .body = { .ptr = bytes, .len = size } } };
    return OK;
}

static enum error load_dir(struct loader *loader, int dir_fd, struct slice prefix, int level);

/* O_NOFOLLOW refuses a symbolic link; what is neither file nor folder is passed over. */
static enum error load_entry(struct loader *loader, int dir_fd, const char *name,
                             struct slice prefix, int level)
{
    struct slice path = arena_format(loader->arena, "%.*s/%s", FMT(prefix), name);
    int fd CLEANUP(close_fd) = openat(dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && (errno == ELOOP || errno == ENXIO)) {
        return OK;
    }
    struct stat what = { .st_mode = 0 };
    if (fd < 0 || fstat(fd, &what) != 0) {
        return refuse(loader->faults, E_FILE, "%.*s could not be opened.", FMT(path));
    }
    if (S_ISDIR(what.st_mode)) {
        return load_dir(loader, fd, path, level + 1);
    }
    return S_ISREG(what.st_mode) ? load_file(loader, fd, (size_t)what.st_size, path) : OK;
}

static enum error load_dir(struct loader *loader, int dir_fd, struct slice prefix, int level)
{
    if (level >= LEVELS_MAX) {
        return refuse(loader->faults, E_FILE, "%.*s lies deeper than %d levels.", FMT(prefix),
                      LEVELS_MAX);
    }
    int own_fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir CLEANUP(close_dir) = own_fd < 0 ? NULL : fdopendir(own_fd);
    if (dir == NULL) {
        close_fd(&own_fd);
        return refuse(loader->faults, E_FILE, "%.*s/ could not be listed.", FMT(prefix));
    }
    for (const struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        if (entry->d_name[0] != '.') {
            TRY(load_entry(loader, dir_fd, entry->d_name, prefix, level));
        }
    }
    return OK;
}

static int compare_slices(struct slice a, struct slice b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = memcmp(a.ptr, b.ptr, len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int compare_files(const void *a, const void *b)
{
    return compare_slices(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static struct file *find(const struct static_files *files, struct slice path)
{
    struct file key = { .path = path };
    return bsearch(&key, files->files, files->count, sizeof(key), compare_files);
}

static const char *media_type(struct slice path)
{
    static const struct {
        struct slice suffix;
        const char *media;
    } types[] = {
        { S_INIT("/manifest.json"), "application/manifest+json" },
        { S_INIT(".webmanifest"), "application/manifest+json" },
        { S_INIT(".html"), "text/html; charset=utf-8" },
        { S_INIT(".js"), "text/javascript; charset=utf-8" },
        { S_INIT(".mjs"), "text/javascript; charset=utf-8" },
        { S_INIT(".css"), "text/css; charset=utf-8" },
        { S_INIT(".json"), "application/json" },
        { S_INIT(".map"), "application/json" },
        { S_INIT(".txt"), "text/plain; charset=utf-8" },
        { S_INIT(".xml"), "application/xml" },
        { S_INIT(".svg"), "image/svg+xml" },
        { S_INIT(".png"), "image/png" },
        { S_INIT(".jpg"), "image/jpeg" },
        { S_INIT(".webp"), "image/webp" },
        { S_INIT(".ico"), "image/x-icon" },
        { S_INIT(".woff2"), "font/woff2" },
        { S_INIT(".wasm"), "application/wasm" },
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (slice_ends(path, types[i].suffix)) {
            return types[i].media;
        }
    }
    return "application/octet-stream";
}

/* FNV-1a (Fowler, Noll, Vo), 64 bits: the content is our own build, so nobody makes collisions. */
static struct slice content_tag(struct arena *arena, struct slice body)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < body.len; i++) {
        hash = (hash ^ (unsigned char)body.ptr[i]) * UINT64_C(0x100000001b3);
    }
    return arena_format(arena, "\"%016" PRIx64 "\"", hash);
}

/* Gives every file its facts and moves x.br and x.gz into x. */
static void finish(struct arena *arena, struct static_files *files)
{
    qsort(files->files, files->count, sizeof(files->files[0]), compare_files);
    for (size_t i = 0; i < files->count; i++) {
        struct file *file = &files->files[i];
        file->media = media_type(file->path);
        file->cache_control = slice_starts(file->path, S("/assets/"))
                                  ? "public, max-age=31536000, immutable"
                                  : "no-cache";
        file->plain.etag = content_tag(arena, file->plain.body);
        bool is_br = slice_ends(file->path, S(".br"));
        if (!is_br && !slice_ends(file->path, S(".gz"))) {
            continue;
        }
        struct file *whole = find(files, slice_from_to(file->path, 0, file->path.len - 3));
        if (whole != NULL) {
            *(is_br ? &whole->br : &whole->gzip) = file->plain;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++) {
        struct slice path = files->files[i].path;
        bool is_encoded = (slice_ends(path, S(".br")) || slice_ends(path, S(".gz"))) &&
                          find(files, slice_from_to(path, 0, path.len - 3)) != NULL;
        if (!is_encoded) {
            files->files[kept++] = files->files[i];
        }
    }
    files->count = kept;
}

enum error static_load(struct arena *arena, struct slice dir, struct faults *faults,
                       struct static_files **ret_files)
{
    struct static_files *files = ARENA_NEW(arena, struct static_files);
    files->files = ARENA_ARRAY(arena, FILES_MAX, struct file);
    struct loader loader = { .arena = arena, .faults = faults, .files = files };
    int fd CLEANUP(close_fd) = open(arena_cstr(arena, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return refuse(faults, E_FILE, "There is no folder %.*s.", FMT(dir));
    }
    TRY(load_dir(&loader, fd, S(""), 0));
    finish(arena, files);
    *ret_files = files;
    return OK;
}

/* ---- answering ---- */

/* "0.5" as 500; what is no weight (RFC 9110, 12.4.2) counts as 0: plain bytes are always right. */
static int weight_of(struct slice text)
{
    int64_t millionths = 0;
    if (slice_to_millionths(text, &millionths) != OK || millionths > 1000000 || millionths < 0) {
        return 0;
    }
    return (int)(millionths / 1000);
}

/* The weight a coding has in Accept-Encoding; -1 when it is not named. */
static int weight_named(struct slice header, struct slice coding)
{
    while (header.ptr != NULL) {
        struct slice weight = slice_cut(&header, ',');
        struct slice name = slice_trim(slice_cut(&weight, ';'));
        if (!slice_eq_nocase(name, coding)) {
            continue;
        }
        if (weight.ptr == NULL) {
            return Q_MAX;
        }
        struct slice value = weight;
        struct slice key = slice_trim(slice_cut(&value, '='));
        return slice_eq_nocase(key, S("q")) && value.ptr != NULL ? weight_of(slice_trim(value)) : 0;
    }
    return -1;
}

static int weight(struct slice header, struct slice coding)
{
    int named = weight_named(header, coding);
    int any = named >= 0 ? named : weight_named(header, S("*"));
    return any >= 0 ? any : 0;
}

static const struct form *choose(const struct file *file, struct slice accept,
                                 const char **ret_encoding)
{
    int plain = weight_named(accept, S("identity"));
    int br = file->br.etag.ptr == NULL ? 0 : weight(accept, S("br"));
    int gzip = file->gzip.etag.ptr == NULL ? 0 : weight(accept, S("gzip"));
    if (br > 0 && br >= gzip && br >= plain) {
        *ret_encoding = "br";
        return &file->br;
    }
    if (gzip > 0 && gzip >= plain) {
        *ret_encoding = "gzip";
        return &file->gzip;
    }
    return &file->plain;
}

/* If-None-Match compares weakly (RFC 9110, 13.1.2); our tags hold no comma. */
static bool is_held(struct slice if_none_match, struct slice etag)
{
    while (if_none_match.ptr != NULL) {
        struct slice tag = slice_trim(slice_cut(&if_none_match, ','));
        if (slice_eq(tag, S("*"))) {
            return true;
        }
        if (slice_starts(tag, S("W/"))) {
            tag = slice_from_to(tag, 2, tag.len);
        }
        if (slice_eq(tag, etag)) {
            return true;
        }
    }
    return false;
}

/* Whether the client's router may know this path. */
static bool is_page(struct slice path)
{
    if (path.len == 0 || path.ptr[0] != '/' || slice_eq(path, S("/api")) ||
        slice_starts(path, S("/api/")) || slice_starts(path, S("/assets/"))) {
        return false;
    }
    struct slice last = S("");
    for (struct slice rest = path; rest.ptr != NULL;) {
        last = slice_cut(&rest, '/');
        if (last.len > 0 && last.ptr[0] == '.') {
            return false;
        }
    }
    return slice_find(last, '.', 0) == last.len;
}

struct static_reply static_find(const struct static_files *files,
                                const struct static_request *request)
{
    const struct file *file = find(files, request->path);
    if (file == NULL && is_page(request->path)) {
        file = find(files, S("/index.html"));
    }
    if (file == NULL) {
        return (struct static_reply){ .status = 404 };
    }
    if (!slice_eq(request->method, S("GET")) && !slice_eq(request->method, S("HEAD"))) {
        return (struct static_reply){ .status = 405 };
    }
    struct static_reply reply = { .status = 200,
                                  .is_page = slice_eq(file->path, S("/index.html")),
                                  .media = file->media,
                                  .cache_control = file->cache_control,
                                  .varies =
                                      file->br.etag.ptr != NULL || file->gzip.etag.ptr != NULL };
    const struct form *form = choose(file, request->accept_encoding, &reply.encoding);
    reply.etag = form->etag;
    if (is_held(request->if_none_match, form->etag)) {
        reply.status = 304;
        reply.body = S("");
    } else {
        reply.body = form->body;
    }
    return reply;
}
