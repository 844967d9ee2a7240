#include "ops/backup_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"

enum { CHUNK = 64 * 1024, READ_MAX = 80 * 1024 * 1024 };
enum { SEALED = CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES };
enum { HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES };

struct backup_writer {
    struct faults *faults;
    const char *path, *fresh;
    int fd;
    EVP_MD_CTX *hash;
    int64_t bytes;
    bool is_sealed;
    crypto_secretstream_xchacha20poly1305_state state;
    size_t plain_len; /* in `plain`, not written yet */
    unsigned char plain[CHUNK];
    unsigned char sealed[SEALED];
};

static bool is_sealed_name(const char *path)
{
    return slice_ends(slice_from(path), S(".enc"));
}

/* ---- keys and hashes ---- */

enum error backup_key_read(const char *path, struct faults *faults, struct backup_key *ret_key)
{
    char text[2 * BACKUP_KEY_BYTES + 2] = { 0 };
    *ret_key = (struct backup_key){ .is_set = path[0] != '\0' };
    if (!ret_key->is_set) {
        return OK;
    }
    CHECK(sodium_init() >= 0);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return refuse(faults, E_FILE, "cannot read the key file %s: %s", path, strerror(errno));
    }
    size_t got = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    struct slice digits = slice_trim((struct slice){ .ptr = text, .len = got });
    size_t len = 0;
    bool is_good = digits.len == (size_t)2 * BACKUP_KEY_BYTES &&
                   sodium_hex2bin(ret_key->bytes, sizeof(ret_key->bytes), digits.ptr, digits.len,
                                  NULL, &len, NULL) == 0 &&
                   len == sizeof(ret_key->bytes);
    sodium_memzero(text, sizeof(text));
    return is_good ? OK
                   : refuse(faults, E_INVALID,
                            "the key file %s does not hold 64 hexadecimal digits (make one with "
                            "`openssl rand -hex 32`)",
                            path);
}

static EVP_MD_CTX *hash_new(void)
{
    EVP_MD_CTX *hash = EVP_MD_CTX_new();
    CHECK(hash != NULL);
    CHECK(EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1);
    return hash;
}

/* Gives the hash's text and ends it. */
static void hash_end(EVP_MD_CTX *hash, struct backup_sum *ret_sum)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    CHECK(EVP_DigestFinal_ex(hash, digest, &len) == 1);
    CHECK(2 * (size_t)len == BACKUP_HASH_TEXT);
    sodium_bin2hex(ret_sum->hash, sizeof(ret_sum->hash), digest, len);
    EVP_MD_CTX_free(hash);
}

void backup_hash(struct slice bytes, struct backup_sum *ret_sum)
{
    EVP_MD_CTX *hash = hash_new();
    CHECK(EVP_DigestUpdate(hash, bytes.ptr, bytes.len) == 1);
    *ret_sum = (struct backup_sum){ .bytes = (int64_t)bytes.len };
    hash_end(hash, ret_sum);
}

struct hashing {
    EVP_MD_CTX *hash;
    int64_t bytes;
};

static bool hash_take(void *thing, struct slice bytes)
{
    struct hashing *hashing = thing;
    hashing->bytes += (int64_t)bytes.len;
    return EVP_DigestUpdate(hashing->hash, bytes.ptr, bytes.len) == 1;
}

/* ---- writing ---- */

static enum error cannot(struct faults *faults, const char *verb, const char *path)
{
    return refuse(faults, E_FILE, "cannot %s %s: %s", verb, path, strerror(errno));
}

static bool write_all(int fd, const void *bytes, size_t len)
{
    const char *at = bytes;
    while (len > 0) {
        ssize_t put = write(fd, at, len);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return false;
        }
        at += put;
        len -= (size_t)put;
    }
    return true;
}

static enum error put(struct backup_writer *writer, const unsigned char *bytes, size_t len)
{
    if (!write_all(writer->fd, bytes, len)) {
        return cannot(writer->faults, "write", writer->path);
    }
    writer->bytes += (int64_t)len;
    CHECK(EVP_DigestUpdate(writer->hash, bytes, len) == 1);
    return OK;
}

enum error backup_writer_open(const char *path, const struct backup_key *key, struct faults *faults,
                              struct backup_writer **ret_writer)
{
    struct backup_writer *writer = ARENA_NEW(faults->arena, struct backup_writer);
    CHECK(sodium_init() >= 0);
    writer->faults = faults;
    writer->path = path;
    writer->fresh = arena_format(faults->arena, "%s.%d.new", path, (int)getpid()).ptr;
    writer->is_sealed = is_sealed_name(path);
    writer->fd = open(writer->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (writer->fd < 0) {
        return cannot(faults, "write", writer->fresh);
    }
    writer->hash = hash_new();
    enum error error = OK;
    if (writer->is_sealed) {
        unsigned char header[HEADER];
        CHECK(key->is_set);
        crypto_secretstream_xchacha20poly1305_init_push(&writer->state, header, key->bytes);
        error = put(writer, header, sizeof(header));
    }
    if (error != OK) {
        backup_writer_drop(writer);
        return error;
    }
    *ret_writer = writer;
    return OK;
}

static enum error seal(struct backup_writer *writer, unsigned char tag)
{
    unsigned long long len = 0;
    crypto_secretstream_xchacha20poly1305_push(&writer->state, writer->sealed, &len, writer->plain,
                                               writer->plain_len, NULL, 0, tag);
    writer->plain_len = 0;
    return put(writer, writer->sealed, (size_t)len);
}

enum error backup_writer_add(struct backup_writer *writer, struct slice bytes)
{
    if (!writer->is_sealed) {
        return put(writer, (const unsigned char *)bytes.ptr, bytes.len);
    }
    while (bytes.len > 0) {
        if (writer->plain_len == CHUNK) {
            TRY(seal(writer, 0));
        }
        size_t room = CHUNK - writer->plain_len;
        size_t part = bytes.len < room ? bytes.len : room;
        memcpy(writer->plain + writer->plain_len, bytes.ptr, part);
        writer->plain_len += part;
        bytes = slice_from_to(bytes, part, bytes.len);
    }
    return OK;
}

void backup_writer_drop(struct backup_writer *writer)
{
    if (writer->fd >= 0) {
        close(writer->fd);
        unlink(writer->fresh);
        EVP_MD_CTX_free(writer->hash);
    }
    writer->fd = -1;
}

static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == NULL ? 0 : (size_t)(slash - path);
    return len == 0 ? "." : arena_cstr(arena, (struct slice){ .ptr = path, .len = len });
}

enum error backup_writer_close(struct backup_writer *writer, struct backup_sum *ret_sum)
{
    enum error error = OK;
    if (writer->is_sealed) {
        error = seal(writer, crypto_secretstream_xchacha20poly1305_TAG_FINAL);
    }
    if (error == OK && (fsync(writer->fd) != 0 || rename(writer->fresh, writer->path) != 0)) {
        error = cannot(writer->faults, "write", writer->path);
    }
    if (error != OK) {
        backup_writer_drop(writer);
        return error;
    }
    close(writer->fd);
    writer->fd = -1;
    *ret_sum = (struct backup_sum){ .bytes = writer->bytes };
    hash_end(writer->hash, ret_sum);
    return backup_sync_folder(folder_of(writer->faults->arena, writer->path), writer->faults);
}

enum error backup_write(const char *path, const struct backup_key *key, struct slice bytes,
                        struct faults *faults)
{
    struct backup_writer *writer = NULL;
    struct backup_sum sum;
    TRY(backup_writer_open(path, key, faults, &writer));
    enum error error = backup_writer_add(writer, bytes);
    if (error != OK) {
        backup_writer_drop(writer);
        return error;
    }
    return backup_writer_close(writer, &sum);
}

/* ---- reading ---- */

/* Reads until `len` bytes are there or the file ends. */
static ssize_t read_full(int fd, void *bytes, size_t len)
{
    size_t have = 0;
    while (have < len) {
        ssize_t got = read(fd, (char *)bytes + have, len - have);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        have += (size_t)got;
    }
    return (ssize_t)have;
}

struct source {
    const char *path;
    int fd;
    struct faults *faults;
    struct backup_sink sink;
};

static enum error give(const struct source *source, const void *bytes, size_t len)
{
    struct slice part = { .ptr = bytes, .len = len };
    return len == 0 || source->sink.take(source->sink.thing, part)
               ? OK
               : refuse(source->faults, E_FILE, "the content of %s could not be taken",
                        source->path);
}

static enum error pour_plain(const struct source *source)
{
    unsigned char *bytes = arena_alloc(source->faults->arena, CHUNK);
    for (;;) {
        ssize_t got = read_full(source->fd, bytes, CHUNK);
        if (got < 0) {
            return cannot(source->faults, "read", source->path);
        }
        if (got == 0) {
            return OK;
        }
        TRY(give(source, bytes, (size_t)got));
    }
}

static enum error pour_sealed(const struct source *source, const struct backup_key *key)
{
    unsigned char *sealed = arena_alloc(source->faults->arena, SEALED);
    unsigned char *plain = arena_alloc(source->faults->arena, CHUNK);
    crypto_secretstream_xchacha20poly1305_state state;
    unsigned char header[HEADER], tag = 0;
    if (!key->is_set) {
        return refuse(source->faults, E_INVALID, "%s is encrypted: set BACKUP_KEY_FILE",
                      source->path);
    }
    bool is_good = read_full(source->fd, header, HEADER) == HEADER &&
                   crypto_secretstream_xchacha20poly1305_init_pull(&state, header, key->bytes) == 0;
    while (is_good && tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
        unsigned long long len = 0;
        ssize_t got = read_full(source->fd, sealed, SEALED);
        is_good = got > 0 &&
                  crypto_secretstream_xchacha20poly1305_pull(&state, plain, &len, &tag, sealed,
                                                             (unsigned long long)got, NULL, 0) == 0;
        if (is_good) {
            TRY(give(source, plain, (size_t)len));
        }
    }
    char more;
    return is_good && read(source->fd, &more, 1) == 0
               ? OK
               : refuse(source->faults, E_INVALID, "%s is damaged, or encrypted with another key",
                        source->path);
}

enum error backup_pour(const char *path, const struct backup_key *key, struct backup_sink sink,
                       struct faults *faults)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? refuse(faults, E_NOT_FOUND, "there is no %s", path)
                               : cannot(faults, "read", path);
    }
    const struct source source = { .path = path, .fd = fd, .faults = faults, .sink = sink };
    enum error error = is_sealed_name(path) ? pour_sealed(&source, key) : pour_plain(&source);
    close(fd);
    return error;
}

enum error backup_hash_file(const char *path, struct faults *faults, struct backup_sum *ret_sum)
{
    struct hashing hashing = { .hash = hash_new() };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    const struct source source = {
        .path = path, .fd = fd, .faults = faults, .sink = { hash_take, &hashing }
    };
    enum error error = fd < 0 ? cannot(faults, "read", path) : pour_plain(&source);
    if (fd >= 0) {
        close(fd);
    }
    *ret_sum = (struct backup_sum){ .bytes = hashing.bytes };
    hash_end(hashing.hash, ret_sum);
    return error;
}

static bool buffer_take(void *thing, struct slice bytes)
{
    struct buffer *buffer = thing;
    if (buffer->len + bytes.len > READ_MAX) {
        return false;
    }
    buffer_add(buffer, bytes);
    return true;
}

enum error backup_read(const char *path, const struct backup_key *key, struct faults *faults,
                       struct slice *ret_bytes)
{
    struct buffer bytes;
    buffer_init(&bytes, faults->arena);
    TRY(backup_pour(path, key, (struct backup_sink){ buffer_take, &bytes }, faults));
    *ret_bytes = buffer_slice(&bytes);
    return OK;
}

/* ---- copying ---- */

enum error backup_copy(const char *from, const char *to, struct faults *faults)
{
    const char *fresh = arena_format(faults->arena, "%s.%d.new", to, (int)getpid()).ptr;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0) {
        return cannot(faults, "read", from);
    }
    int out = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    char *bytes = arena_alloc(faults->arena, CHUNK);
    ssize_t got = 0;
    bool is_good = out >= 0;
    while (is_good && (got = read_full(in, bytes, CHUNK)) > 0) {
        is_good = write_all(out, bytes, (size_t)got);
    }
    is_good = is_good && got == 0 && fsync(out) == 0 && rename(fresh, to) == 0;
    enum error error = is_good ? OK : cannot(faults, "write", to);
    if (out >= 0) {
        close(out);
    }
    close(in);
    if (error != OK) {
        unlink(fresh);
        return error;
    }
    return backup_sync_folder(folder_of(faults->arena, to), faults);
}

enum error backup_sync_folder(const char *folder, struct faults *faults)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool is_good = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return is_good ? OK : cannot(faults, "sync", folder);
}
