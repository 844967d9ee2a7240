#include "auth/password.h"

#include <sodium.h>

#include "run/work.h"

struct hashing {
    struct slice password;
    char text[crypto_pwhash_STRBYTES];
    bool is_good;
};

static void hash_now(void *thing)
{
    struct hashing *hashing = thing;
    hashing->is_good =
        crypto_pwhash_str(hashing->text, hashing->password.ptr, hashing->password.len,
                          PASSWORD_PASSES, PASSWORD_MEMORY_BYTES) == 0;
}

static void verify_now(void *thing)
{
    struct hashing *hashing = thing;
    hashing->is_good =
        crypto_pwhash_str_verify(hashing->text, hashing->password.ptr, hashing->password.len) == 0;
}

enum error password_hash(struct work_pool *pool, struct arena *arena, struct slice password,
                         struct slice *ret_hash)
{
    struct hashing hashing = { .password = password };
    TRY(work_run(pool, hash_now, &hashing));
    if (!hashing.is_good) {
        return E_OVERLOADED; /* libsodium could not get its memory */
    }
    *ret_hash = arena_copy(arena, slice_from(hashing.text));
    return OK;
}

enum error password_fits(struct work_pool *pool, struct slice password, struct slice stored,
                         bool *ret_fits)
{
    struct hashing hashing = { .password = password };
    if (stored.len == 0 || stored.len >= sizeof(hashing.text)) {
        TRY(work_run(pool, hash_now, &hashing)); /* the same work, so that time tells nothing */
        *ret_fits = false;
        return OK;
    }
    memcpy(hashing.text, stored.ptr, stored.len);
    TRY(work_run(pool, verify_now, &hashing));
    *ret_fits = hashing.is_good;
    return OK;
}
