/* Whether a release is what it says: hashes and signature. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/release_files.h"

enum {
    MANIFEST_BYTES_MAX = 4 * 1024 * 1024,
    FILES_MAX = 20000,
    DEPTH_MAX = 16,
};

/* ---- files ---- */

bool release_read_file(struct arena *arena, const char *path, size_t bytes_max,
                       struct slice *ret_text)
{
    struct stat facts;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    bool is_good = fd >= 0 && fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) &&
                   (size_t)facts.st_size <= bytes_max;
    if (is_good) {
        char *text = arena_alloc(arena, (size_t)facts.st_size + 1);
        is_good = read(fd, text, (size_t)facts.st_size) == facts.st_size;
        *ret_text = (struct slice){ .ptr = text, .len = (size_t)facts.st_size };
    }
    if (fd >= 0) {
        close(fd);
    }
    return is_good;
}

bool release_hash_file(struct arena *arena, const char *path, struct slice *ret_hex)
{
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * crypto_hash_sha256_BYTES + 1];
    unsigned char buffer[4096];
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t got = -1;
    if (fd < 0) {
        return false;
    }
    crypto_hash_sha256_init(&state);
    while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
        crypto_hash_sha256_update(&state, buffer, (unsigned long long)got);
    }
    close(fd);
    crypto_hash_sha256_final(&state, hash);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    *ret_hex = arena_copy(arena, slice_from(hex));
    return got == 0;
}

/* ---- the manifest ---- */

struct manifest {
    struct entry {
        struct slice hash, path;
        bool is_seen;
    } * list;
    size_t count;
};

static struct entry *entry_of(const struct manifest *manifest, struct slice path)
{
    for (size_t i = 0; i < manifest->count; i++) {
        if (slice_eq(manifest->list[i].path, path)) {
            return &manifest->list[i];
        }
    }
    return NULL;
}

static enum error manifest_read(const char *folder, struct faults *faults,
                                struct manifest *ret_manifest, struct slice *ret_text)
{
    struct slice text = S("");
    const char *path = arena_format(faults->arena, "%s/" RELEASE_SUMS, folder).ptr;
    if (!release_read_file(faults->arena, path, MANIFEST_BYTES_MAX, &text)) {
        return refuse(faults, E_FORBIDDEN, "it has no " RELEASE_SUMS ": it is no release");
    }
    *ret_text = text;
    struct manifest manifest = { .list = ARENA_ARRAY(faults->arena, FILES_MAX, struct entry) };
    while (text.ptr != NULL && text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        bool is_good = line.len > 66 && line.ptr[64] == ' ' && line.ptr[65] == ' ';
        if (!is_good || manifest.count == FILES_MAX) {
            return refuse(faults, E_FORBIDDEN, RELEASE_SUMS " cannot be read");
        }
        manifest.list[manifest.count++] =
            (struct entry){ .hash = slice_from_to(line, 0, 64),
                            .path = slice_from_to(line, 66, line.len) };
    }
    *ret_manifest = manifest;
    return OK;
}

/* ---- the files against it ---- */

struct walk {
    struct manifest *manifest;
    struct faults *faults;
    const char *top;
};

static void check_file(struct walk *walk, struct slice path)
{
    struct arena *arena = walk->faults->arena;
    struct entry *entry = entry_of(walk->manifest, path);
    struct slice hash = S("");
    if (entry == NULL) {
        fault_add(walk->faults, path, "is not in " RELEASE_SUMS);
        return;
    }
    entry->is_seen = true;
    if (!release_hash_file(arena, arena_format(arena, "%s/%.*s", walk->top, FMT(path)).ptr,
                           &hash) ||
        !slice_eq(hash, entry->hash)) {
        fault_add(walk->faults, path, "has another content than " RELEASE_SUMS " says");
    }
}

static void check_folder(struct walk *walk, struct slice prefix, int depth)
{
    struct arena *arena = walk->faults->arena;
    const char *path = arena_format(arena, "%s/%.*s", walk->top, FMT(prefix)).ptr;
    DIR *folder = depth < DEPTH_MAX ? opendir(path) : NULL;
    if (folder == NULL) {
        fault_add(walk->faults, prefix, "cannot be read");
        return;
    }
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        struct slice name = slice_from(entry->d_name);
        struct slice inner =
            arena_format(arena, "%.*s%s%.*s", FMT(prefix), prefix.len > 0 ? "/" : "", FMT(name));
        struct stat facts = { 0 };
        bool is_own = prefix.len == 0 &&
                      (slice_eq(name, S(RELEASE_SUMS)) || slice_eq(name, S(RELEASE_SUMS ".sig")));
        int failed = fstatat(dirfd(folder), entry->d_name, &facts, AT_SYMLINK_NOFOLLOW);
        if (slice_eq(name, S(".")) || slice_eq(name, S("..")) ||
            (is_own && S_ISREG(facts.st_mode))) {
            continue;
        }
        if (failed == 0 && S_ISDIR(facts.st_mode)) {
            check_folder(walk, inner, depth + 1);
        } else if (failed == 0 && S_ISREG(facts.st_mode)) {
            check_file(walk, inner);
        } else {
            fault_add(walk->faults, inner, "is neither a file nor a folder");
        }
    }
    closedir(folder);
}

static enum error check_files(const char *folder, struct manifest *manifest, struct faults *faults)
{
    size_t before = faults->count;
    struct walk walk = { .manifest = manifest, .faults = faults, .top = folder };
    check_folder(&walk, S(""), 0);
    for (size_t i = 0; i < manifest->count; i++) {
        if (!manifest->list[i].is_seen) {
            fault_add(faults, manifest->list[i].path, "is missing");
        }
    }
    return faults->count == before
               ? OK
               : refuse(faults, E_FORBIDDEN, "it was altered after it was made");
}

/* ---- the signature ---- */

static bool hex_to(struct slice text, unsigned char *bytes, size_t len)
{
    size_t got = 0;
    text = slice_trim(text);
    return sodium_hex2bin(bytes, len, text.ptr, text.len, NULL, &got, NULL) == 0 && got == len &&
           text.len == 2 * len;
}

static enum error check_signature(const char *folder, struct slice sums, const char *public_key,
                                  struct faults *faults, bool *ret_is_signed)
{
    unsigned char key[crypto_sign_PUBLICKEYBYTES];
    unsigned char signature[crypto_sign_BYTES];
    struct slice text = S("");
    const char *path = arena_format(faults->arena, "%s/" RELEASE_SUMS ".sig", folder).ptr;
    *ret_is_signed = release_read_file(faults->arena, path, RELEASE_SMALL_BYTES_MAX, &text);
    if (public_key[0] == '\0') {
        return OK;
    }
    if (!hex_to(slice_from(public_key), key, sizeof(key))) {
        return refuse(faults, E_INVALID, "RELEASE_PUBLIC_KEY is not 64 hexadecimal digits");
    }
    if (!*ret_is_signed) {
        return refuse(faults, E_FORBIDDEN,
                      "it is not signed, and RELEASE_PUBLIC_KEY says that releases are");
    }
    bool is_good =
        hex_to(text, signature, sizeof(signature)) &&
        crypto_sign_verify_detached(signature, (const unsigned char *)sums.ptr, sums.len, key) == 0;
    return is_good ? OK : refuse(faults, E_FORBIDDEN, "its signature is not by RELEASE_PUBLIC_KEY");
}

static enum error read_key(const char *key_file, struct faults *faults,
                           unsigned char key[crypto_sign_SECRETKEYBYTES])
{
    struct slice text = S("");
    return release_read_file(faults->arena, key_file, RELEASE_SMALL_BYTES_MAX, &text) &&
                   hex_to(text, key, crypto_sign_SECRETKEYBYTES)
               ? OK
               : refuse(faults, E_FILE, "%s is not a file of 128 hexadecimal digits", key_file);
}

enum error release_sign(const char *folder, const char *key_file, struct faults *faults)
{
    unsigned char key[crypto_sign_SECRETKEYBYTES];
    unsigned char signature[crypto_sign_BYTES];
    char hex[2 * crypto_sign_BYTES + 2];
    struct slice sums = S("");
    const char *path = arena_format(faults->arena, "%s/" RELEASE_SUMS, folder).ptr;
    TRY(read_key(key_file, faults, key));
    if (!release_read_file(faults->arena, path, MANIFEST_BYTES_MAX, &sums)) {
        return refuse(faults, E_FILE, "%s cannot be read", path);
    }
    crypto_sign_detached(signature, NULL, (const unsigned char *)sums.ptr, sums.len, key);
    sodium_memzero(key, sizeof(key));
    sodium_bin2hex(hex, sizeof(hex), signature, sizeof(signature));
    return release_write_file(arena_format(faults->arena, "%s.sig", path).ptr,
                              arena_format(faults->arena, "%s\n", hex), 0644, faults);
}

enum error release_make_key(const char *key_file, struct faults *faults,
                            struct slice *ret_public_key)
{
    unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
    unsigned char key[crypto_sign_SECRETKEYBYTES];
    char hex[2 * crypto_sign_SECRETKEYBYTES + 2];
    CHECK(sodium_init() >= 0);
    if (access(key_file, F_OK) == 0) {
        return refuse(faults, E_CONFLICT, "%s is there already and is not overwritten", key_file);
    }
    crypto_sign_keypair(public_key, key);
    sodium_bin2hex(hex, sizeof(hex), key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    TRY(release_write_file(key_file, arena_format(faults->arena, "%s\n", hex), 0600, faults));
    sodium_bin2hex(hex, sizeof(hex), public_key, sizeof(public_key));
    *ret_public_key = arena_copy(faults->arena, slice_from(hex));
    return OK;
}

/* ---- what it says about itself ---- */

static enum error wrong_release(struct faults *faults, const char *what)
{
    return refuse(faults, E_FORBIDDEN, "release.json: %s", what);
}

enum error release_read(const char *folder, struct faults *faults, struct release *ret_release)
{
    struct arena *arena = faults->arena;
    struct slice text = S("");
    if (!release_read_file(arena, arena_format(arena, "%s/release.json", folder).ptr,
                           RELEASE_SMALL_BYTES_MAX, &text)) {
        return wrong_release(faults, "it cannot be read");
    }
    json_t *json = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
    const char *id = NULL;
    const char *version = NULL;
    const char *commit = NULL;
    const char *built = NULL;
    json_int_t schema = 0;
    struct release release = { .folder = folder };
    bool is_good = json_unpack(json, "{s:s, s:s, s:s, s:s, s:I}", "id", &id, "version", &version,
                               "commit", &commit, "built", &built, "schema", &schema) == 0 &&
                   release_is_id(slice_from(id)) && schema > 0 &&
                   utime_parse(slice_from(built), &release.built) == OK;
    if (is_good) {
        release.id = arena_copy(arena, slice_from(id));
        release.version = arena_copy(arena, slice_from(version));
        release.commit = arena_copy(arena, slice_from(commit));
        release.schema = schema;
        release.program = arena_format(arena, "%s/bin/astralfield", folder).ptr;
        release.is_signed =
            access(arena_format(arena, "%s/" RELEASE_SUMS ".sig", folder).ptr, F_OK) == 0;
    }
    json_decref(json);
    if (!is_good) {
        return wrong_release(faults, "it does not say id, version, commit, built and schema");
    }
    *ret_release = release;
    return OK;
}

enum error release_check(const char *folder, const char *public_key, struct faults *faults,
                         struct release *ret_release)
{
    struct manifest manifest = { 0 };
    struct slice sums = S("");
    bool is_signed = false;
    struct release release = { 0 };
    CHECK(sodium_init() >= 0);
    TRY(manifest_read(folder, faults, &manifest, &sums));
    TRY(check_signature(folder, sums, public_key, faults, &is_signed));
    TRY(check_files(folder, &manifest, faults));
    TRY(release_read(folder, faults, &release));
    if (access(release.program, X_OK) != 0) {
        return refuse(faults, E_FORBIDDEN, "its bin/astralfield is not a program");
    }
    *ret_release = release;
    return OK;
}
