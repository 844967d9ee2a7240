#include "ops/wal.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "base/check.h"
#include "base/log.h"

enum {
    GZIP_WINDOW = 15 + 16, /* zlib: a gzip file */
    LEVEL = 1,             /* segments come quickly and hold much that is alike */
    SEAL_LEN = 92,
    NAME_MAX_LEN = 64,
    FILES_MAX = 1000000,
    CONTENT_MAX = 64 * 1024 * 1024,
    LOG_DIGITS = 8,
};
#define BEHIND "/copy.behind"

/* ---- what a file looks like ---- */

/* The last member: nothing, with the hash of all before it as its comment. */
static struct slice seal_of(struct arena *arena, struct slice packed)
{
    struct backup_sum sum;
    struct buffer seal;
    backup_hash(packed, &sum);
    buffer_init(&seal, arena);
    buffer_add(&seal, S("\x1f\x8b\x08\x10\0\0\0\0\0\x03sha256:"));
    buffer_add(&seal, slice_from(sum.hash));
    buffer_add(&seal, S("\0\x03\0\0\0\0\0\0\0\0\0"));
    CHECK(seal.len == SEAL_LEN);
    return buffer_slice(&seal);
}

static struct slice pack(struct arena *arena, struct slice content)
{
    z_stream stream = { 0 };
    struct buffer packed;
    CHECK(deflateInit2(&stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    size_t room = deflateBound(&stream, content.len);
    stream.next_in = (Bytef *)(uintptr_t)content.ptr;
    stream.avail_in = (uInt)content.len;
    stream.next_out = arena_alloc(arena, room);
    stream.avail_out = (uInt)room;
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    struct slice bytes = { .ptr = (char *)stream.next_out - stream.total_out,
                           .len = stream.total_out };
    deflateEnd(&stream);
    buffer_init(&packed, arena);
    buffer_add(&packed, bytes);
    buffer_add(&packed, seal_of(arena, bytes));
    return buffer_slice(&packed);
}

static bool is_sealed(struct arena *arena, struct slice packed)
{
    if (packed.len <= SEAL_LEN) {
        return false;
    }
    size_t body = packed.len - SEAL_LEN;
    return slice_eq(seal_of(arena, slice_from_to(packed, 0, body)),
                    slice_from_to(packed, body, packed.len));
}

static enum error unpack(struct arena *arena, struct slice packed, struct slice *ret_content)
{
    z_stream stream = { 0 };
    if (!is_sealed(arena, packed) || inflateInit2(&stream, GZIP_WINDOW) != Z_OK) {
        return E_INVALID;
    }
    uint32_t len = 0; /* the member's last word is the length of its content */
    memcpy(&len, packed.ptr + packed.len - SEAL_LEN - sizeof(len), sizeof(len));
    int status = Z_DATA_ERROR;
    if (len <= CONTENT_MAX) {
        stream.next_in = (Bytef *)(uintptr_t)packed.ptr;
        stream.avail_in = (uInt)(packed.len - SEAL_LEN);
        stream.next_out = arena_alloc(arena, len + 1);
        stream.avail_out = len + 1;
        status = inflate(&stream, Z_FINISH);
    }
    *ret_content = (struct slice){ .ptr = (char *)stream.next_out - stream.total_out,
                                   .len = stream.total_out };
    inflateEnd(&stream);
    return status == Z_STREAM_END ? OK : E_INVALID;
}

/* ---- names ---- */

static bool is_hex(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool is_digit = text.ptr[i] >= '0' && text.ptr[i] <= '9';
        if (!is_digit && (text.ptr[i] < 'A' || text.ptr[i] > 'F')) {
            return false;
        }
    }
    return true;
}

bool wal_is_segment(struct slice name)
{
    return name.len == WAL_NAME_LEN && is_hex(name);
}

/* Segments, timelines' histories ("00000002.history"), marks ("….00000028.backup"), last parts. */
static bool is_wal_name(struct slice name)
{
    bool is_known = wal_is_segment(name) || slice_ends(name, S(".history")) ||
                    slice_ends(name, S(".backup")) || slice_ends(name, S(".partial"));
    return is_known && name.len <= NAME_MAX_LEN &&
           is_hex(slice_from_to(name, 0, slice_find(name, '.', 0)));
}

static uint64_t hex_number(struct slice digits)
{
    char text[17] = { 0 };
    memcpy(text, digits.ptr, digits.len < 16 ? digits.len : 16);
    return strtoull(text, NULL, 16);
}

/* A segment's place in its timeline. */
static int64_t segment_number(struct slice name, int64_t segment_bytes)
{
    int64_t per_log = (INT64_C(1) << 32) / segment_bytes;
    return (int64_t)hex_number(slice_from_to(name, LOG_DIGITS, 2 * LOG_DIGITS)) * per_log +
           (int64_t)hex_number(slice_from_to(name, 2 * LOG_DIGITS, WAL_NAME_LEN));
}

struct slice wal_segment_of(struct arena *arena, int64_t timeline, const char *lsn,
                            int64_t segment_bytes)
{
    struct slice rest = slice_from(lsn);
    struct slice high = slice_cut(&rest, '/');
    return arena_format(arena, "%08X%08X%08X", (unsigned)timeline, (unsigned)hex_number(high),
                        (unsigned)(hex_number(rest) / (uint64_t)segment_bytes));
}

static const char *stored(struct arena *arena, const char *folder, struct slice name,
                          bool is_encrypted)
{
    return arena_format(arena, "%s/%.*s.gz%s", folder, FMT(name), is_encrypted ? ".enc" : "").ptr;
}

/* ---- into the archive ---- */

/* What one place has under a name; E_NOT_FOUND, E_INVALID when damaged. */
static enum error read_stored(const char *folder, const struct backup_key *key, struct slice name,
                              struct faults *faults, struct slice *ret_content)
{
    struct arena *arena = faults->arena;
    struct slice packed = S("");
    const char *path = stored(arena, folder, name, false);
    if (access(path, F_OK) != 0) {
        path = stored(arena, folder, name, true);
    }
    TRY(backup_read(path, key, faults, &packed));
    return unpack(arena, packed, ret_content) == OK
               ? OK
               : refuse(faults, E_INVALID, "%s is damaged", path);
}

static enum error put_into(const char *folder, const struct backup_key *key, struct slice name,
                           struct slice content, struct faults *faults)
{
    struct arena *arena = faults->arena;
    struct faults unsaid = { .arena = arena };
    struct slice there = S("");
    enum error error = read_stored(folder, key, name, &unsaid, &there);
    if (error == OK) {
        return slice_eq(there, content)
                   ? OK
                   : refuse(faults, E_CONFLICT,
                            "%s has another %.*s already: two clusters write to one archive",
                            folder, FMT(name));
    }
    if (error != E_NOT_FOUND && error != E_INVALID) {
        return refuse(faults, error, "%.*s", FMT(unsaid.detail));
    }
    /* A damaged one is replaced: PostgreSQL still has the right bytes. */
    return backup_write(stored(arena, folder, name, key->is_set), key, pack(arena, content),
                        faults);
}

static const char *behind_path(const struct wal_places *places, struct arena *arena)
{
    return arena_format(arena, "%s/.." BEHIND, places->main).ptr;
}

bool wal_is_copy_behind(const struct wal_places *places, struct arena *arena)
{
    return access(behind_path(places, arena), F_OK) == 0;
}

/* What is archived in the second place need not lie in its stream too. */
static void trim_stream(const struct wal_places *places, struct arena *arena)
{
    struct dirent **entries = NULL;
    int count = places->stream == NULL ? 0 : scandir(places->stream, &entries, NULL, NULL);
    for (int i = 0; i < count; i++) {
        struct slice name = slice_from(entries[i]->d_name);
        if (wal_is_segment(name) && (access(stored(arena, places->copy, name, false), F_OK) == 0 ||
                                     access(stored(arena, places->copy, name, true), F_OK) == 0)) {
            unlink(arena_format(arena, "%s/%.*s", places->stream, FMT(name)).ptr);
        }
        free(entries[i]);
    }
    free(entries);
}

enum error wal_archive(const struct wal_places *places, const char *path, struct slice name,
                       struct faults *faults)
{
    struct arena *arena = faults->arena;
    const struct backup_key none = { 0 };
    struct slice content = S("");
    if (!is_wal_name(name)) {
        return refuse(faults, E_USAGE, "\"%.*s\" is not the name of a WAL file", FMT(name));
    }
    TRY(backup_read(path, &none, faults, &content));
    TRY(put_into(places->main, &places->key, name, content, faults));
    if (places->copy == NULL) {
        return OK;
    }
    struct faults unsaid = { .arena = arena };
    enum error error = put_into(places->copy, &places->key, name, content, &unsaid);
    if (error == E_CONFLICT) {
        return refuse(faults, error, "%.*s", FMT(unsaid.detail));
    }
    if (error != OK) {
        log_line(LOG_WARN, "wal_copy", "file=%.*s detail=%s", FMT(name), LOG_Q(unsaid.detail));
        return backup_write(behind_path(places, arena), &none, name, faults);
    }
    trim_stream(places, arena);
    return OK;
}

/* ---- out of the archive ---- */

static enum error read_plain(const char *folder, struct slice name, const char *suffix,
                             struct faults *faults, struct slice *ret_content)
{
    const struct backup_key none = { 0 };
    if (folder == NULL) {
        return E_NOT_FOUND;
    }
    return backup_read(arena_format(faults->arena, "%s/%.*s%s", folder, FMT(name), suffix).ptr,
                       &none, faults, ret_content);
}

enum error wal_fetch(const struct wal_places *places, struct slice name, const char *path,
                     struct faults *faults)
{
    struct faults unsaid = { .arena = faults->arena };
    struct slice content = S(""), why = S("");
    if (!is_wal_name(name)) {
        return refuse(faults, E_USAGE, "\"%.*s\" is not the name of a WAL file", FMT(name));
    }
    enum error error = read_stored(places->main, &places->key, name, &unsaid, &content);
    bool is_damaged = error == E_INVALID;
    why = unsaid.detail;
    if (error != OK && places->copy != NULL) {
        error = read_stored(places->copy, &places->key, name, &unsaid, &content);
        is_damaged = is_damaged || error == E_INVALID;
    }
    if (error != OK) {
        error = read_plain(places->stream, name, "", &unsaid, &content);
    }
    if (error != OK) {
        error = read_plain(places->live, name, "", &unsaid, &content);
    }
    if (error != OK) {
        error = read_plain(places->stream, name, ".partial", &unsaid, &content);
    }
    if (error != OK) {
        return is_damaged ? refuse(faults, E_INVALID, "%.*s", FMT(why))
                          : refuse(faults, E_NOT_FOUND, "%.*s is in no archive", FMT(name));
    }
    const struct backup_key none = { 0 };
    return backup_write(path, &none, content, faults);
}

/* ---- looking through it ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct slice *)a)->ptr, ((const struct slice *)b)->ptr);
}

enum error wal_list(const char *folder, struct faults *faults, struct wal_list *ret_list)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, NULL);
    if (count < 0 && errno != ENOENT) {
        return refuse(faults, E_FILE, "cannot read the folder %s: %s", folder, strerror(errno));
    }
    CHECK(count < FILES_MAX);
    struct wal_list list = { .names = ARENA_ARRAY(faults->arena, count > 0 ? (size_t)count : 1,
                                                  struct slice) };
    for (int i = 0; i < count; i++) {
        struct slice name = slice_from(entries[i]->d_name);
        size_t suffix = slice_ends(name, S(".gz"))       ? sizeof(".gz") - 1
                        : slice_ends(name, S(".gz.enc")) ? sizeof(".gz.enc") - 1
                                                         : 0;
        struct slice bare = slice_from_to(name, 0, name.len - suffix);
        if (suffix > 0 && is_wal_name(bare)) {
            list.names[list.count++] = arena_copy(faults->arena, bare);
        }
        free(entries[i]);
    }
    free(entries);
    qsort(list.names, list.count, sizeof(*list.names), compare_names);
    *ret_list = list;
    return OK;
}

/* Timelines share their positions, so age is told by what follows the timeline. */
static bool is_older(struct slice name, struct slice than)
{
    return name.len >= WAL_NAME_LEN && than.len >= WAL_NAME_LEN &&
           memcmp(name.ptr + LOG_DIGITS, than.ptr + LOG_DIGITS, WAL_NAME_LEN - LOG_DIGITS) < 0;
}

/* One file: its seal, and its authentication when it is encrypted. */
static void check_one(const char *folder, const struct backup_key *key, struct slice name,
                      struct faults *faults, struct wal_check *check)
{
    struct arena scratch = { 0 };
    struct faults unsaid = { .arena = &scratch };
    struct slice packed = S("");
    const char *path = stored(faults->arena, folder, name, false);
    if (access(path, F_OK) != 0) {
        path = stored(faults->arena, folder, name, true);
    }
    enum error error = backup_read(path, key, &unsaid, &packed);
    if (error != OK) {
        fault_add(faults, slice_from(path), "%.*s", FMT(unsaid.detail));
    } else if (!is_sealed(&scratch, packed)) {
        fault_add(faults, slice_from(path),
                  "is damaged: its bytes are not those that were written");
    }
    check->files++;
    check->bytes += (int64_t)packed.len;
    arena_done(&scratch);
}

enum error wal_check(const char *folder, const struct backup_key *key, struct wal_range range,
                     struct faults *faults, struct wal_check *ret_check)
{
    struct wal_list list = { 0 };
    struct wal_check check = { 0 };
    TRY(wal_list(folder, faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        struct slice name = list.names[i];
        if (is_older(name, range.from)) {
            continue;
        }
        check_one(folder, key, name, faults, &check);
        if (!wal_is_segment(name)) {
            continue;
        }
        bool is_same_line = check.last.len > 0 && memcmp(name.ptr, check.last.ptr, LOG_DIGITS) == 0;
        if (is_same_line && segment_number(name, range.segment_bytes) !=
                                segment_number(check.last, range.segment_bytes) + 1) {
            fault_add(faults, slice_from(stored(faults->arena, folder, name, key->is_set)),
                      "what should be before it is missing (%.*s is the one before)",
                      FMT(check.last));
        }
        check.first = check.first.len == 0 ? name : check.first;
        check.last = name;
    }
    *ret_check = check;
    return OK;
}

enum error wal_prune(const char *folder, struct slice keep, bool is_dry, struct faults *faults,
                     int64_t *ret_count)
{
    struct wal_list list = { 0 };
    int64_t count = 0;
    TRY(wal_list(folder, faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        struct slice name = list.names[i];
        if (!is_older(name, keep)) {
            continue;
        }
        count++;
        if (!is_dry) {
            unlink(stored(faults->arena, folder, name, false));
            unlink(stored(faults->arena, folder, name, true));
        }
    }
    *ret_count = count;
    return OK;
}

enum error wal_sync(const struct wal_places *places, struct faults *faults, int64_t *ret_count)
{
    struct arena *arena = faults->arena;
    struct wal_list list = { 0 };
    int64_t count = 0;
    if (places->copy == NULL) {
        return refuse(faults, E_USAGE, "there is no second place: set BACKUP_COPY_DIR");
    }
    TRY(wal_list(places->main, faults, &list));
    for (size_t i = 0; i < list.count; i++) {
        const char *plain = stored(arena, places->main, list.names[i], false);
        bool is_encrypted = access(plain, F_OK) != 0;
        const char *to = stored(arena, places->copy, list.names[i], is_encrypted);
        if (access(to, F_OK) != 0) {
            const char *from = stored(arena, places->main, list.names[i], is_encrypted);
            TRY(backup_copy(from, to, faults));
            count++;
        }
    }
    trim_stream(places, arena);
    unlink(behind_path(places, arena));
    *ret_count = count;
    return OK;
}
