#define ZLIB_CONST /* next_in may point to constant bytes */
#include "feeds/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static void close_file(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
}

static enum error read_all(int fd, struct feed_file *file, char *bytes, size_t size,
                           struct faults *faults)
{
    size_t len = 0;
    while (len < size) {
        ssize_t got = read(fd, bytes + len, size - len);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return refuse(faults, E_FILE, "%.*s cannot be read: %s", FMT(file->name),
                          strerrordesc_np(errno));
        }
        if (got == 0) {
            return refuse(faults, E_FILE, "%.*s became shorter while it was read", FMT(file->name));
        }
        len += (size_t)got;
    }
    file->bytes = (struct slice){ .ptr = bytes, .len = size };
    return OK;
}

enum error file_load(struct arena *arena, struct slice path, struct faults *faults,
                     struct feed_file *ret_file)
{
    struct feed_file file = { .name = arena_copy(arena, path) };
    CLEANUP(close_file) int fd = open(file.name.ptr, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        int why = errno;
        return refuse(faults, why == ENOENT || why == ENOTDIR ? E_FEED_MISSING : E_FILE,
                      "%.*s cannot be opened: %s", FMT(path), strerrordesc_np(why));
    }
    struct stat info = { 0 };
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        return refuse(faults, E_FILE, "%.*s is not a file", FMT(path));
    }
    if ((size_t)info.st_size > FEED_BYTES_MAX) {
        return refuse(faults, E_FEED, "%.*s is larger than %zu MB", FMT(path),
                      FEED_BYTES_MAX / 1024 / 1024);
    }
    size_t size = (size_t)info.st_size;
    TRY(read_all(fd, &file, arena_alloc(arena, size + 1), size, faults));
    TRY(gzip_unpack(arena, &file, faults));
    *ret_file = file;
    return OK;
}

struct unpacking {
    z_stream stream;
    struct arena *arena;
    unsigned char *out;
    size_t cap;
    size_t len;
};

static void unpacking_done(struct unpacking *unpacking)
{
    inflateEnd(&unpacking->stream);
}

static void make_room(struct unpacking *unpacking)
{
    if (unpacking->len < unpacking->cap) {
        return;
    }
    size_t cap = unpacking->cap * 2;
    unsigned char *out = arena_alloc(unpacking->arena, cap);
    memcpy(out, unpacking->out, unpacking->len);
    unpacking->out = out;
    unpacking->cap = cap;
}

/* Inflates until the packed bytes are used up; one member may follow another. */
static enum error unpack_members(struct unpacking *unpacking, const struct feed_file *file,
                                 struct faults *faults)
{
    z_stream *stream = &unpacking->stream;
    for (;;) {
        make_room(unpacking);
        stream->next_out = unpacking->out + unpacking->len;
        stream->avail_out = (uInt)(unpacking->cap - unpacking->len);
        int answer = inflate(stream, Z_NO_FLUSH);
        unpacking->len = unpacking->cap - stream->avail_out;
        if (unpacking->len > FEED_BYTES_MAX) {
            return refuse(faults, E_FEED, "%.*s unpacks to more than %zu MB", FMT(file->name),
                          FEED_BYTES_MAX / 1024 / 1024);
        }
        size_t at = file->bytes.len - stream->avail_in;
        if (answer == Z_STREAM_END) {
            if (stream->avail_in == 0) {
                return OK;
            }
            answer = inflateReset(stream);
        }
        if (answer != Z_OK && answer != Z_BUF_ERROR) {
            return refuse(faults, E_FEED, "%.*s byte %zu: the gzip data is damaged (%s)",
                          FMT(file->name), at, stream->msg != NULL ? stream->msg : "inflate");
        }
        if (stream->avail_in == 0 && stream->avail_out > 0) {
            return refuse(faults, E_FEED,
                          "%.*s byte %zu: the gzip data is cut off, after %zu bytes unpacked",
                          FMT(file->name), at, unpacking->len);
        }
    }
}

enum error gzip_unpack(struct arena *arena, struct feed_file *file, struct faults *faults)
{
    if (!slice_starts(file->bytes, S("\x1f\x8b"))) {
        return OK;
    }
    CLEANUP(unpacking_done) struct unpacking unpacking = { .arena = arena };
    if (inflateInit2(&unpacking.stream, 15 + 16) != Z_OK) {
        return E_INTERNAL;
    }
    unpacking.cap = file->bytes.len * 6 + 4096;
    unpacking.out = arena_alloc(arena, unpacking.cap);
    unpacking.stream.next_in = (const Bytef *)file->bytes.ptr;
    unpacking.stream.avail_in = (uInt)file->bytes.len;
    TRY(unpack_members(&unpacking, file, faults));
    file->bytes = (struct slice){ .ptr = (const char *)unpacking.out, .len = unpacking.len };
    return OK;
}
