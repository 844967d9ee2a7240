#include "auth/secret.h"

#include <sodium.h>

#include "base/random.h"

struct slice secret_new(struct arena *arena, struct slice prefix)
{
    unsigned char bytes[SECRET_BYTES];
    random_bytes(bytes, sizeof(bytes));
    char text[64];
    sodium_bin2base64(text, sizeof(text), bytes, sizeof(bytes),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bytes, sizeof(bytes));
    return arena_format(arena, "%.*s%s", FMT(prefix), text);
}

struct hash hash_of(struct slice text)
{
    struct hash hash = { 0 };
    crypto_hash_sha256(hash.bytes, (const unsigned char *)text.ptr, text.len);
    return hash;
}

struct slice hash_hex(struct arena *arena, const struct hash *hash)
{
    char *hex = arena_alloc(arena, HASH_BYTES * 2 + 1);
    sodium_bin2hex(hex, HASH_BYTES * 2 + 1, hash->bytes, HASH_BYTES);
    return (struct slice){ .ptr = hex, .len = (size_t)HASH_BYTES * 2 };
}

struct slice hash_bytea(struct arena *arena, const struct hash *hash)
{
    return arena_format(arena, "\\x%.*s", FMT(hash_hex(arena, hash)));
}

bool hash_from_hex(struct slice hex, struct hash *ret_hash)
{
    size_t len = 0;
    struct hash hash = { 0 };
    if (sodium_hex2bin(hash.bytes, HASH_BYTES, hex.ptr, hex.len, NULL, &len, NULL) != 0 ||
        len != HASH_BYTES) {
        return false;
    }
    *ret_hash = hash;
    return true;
}
