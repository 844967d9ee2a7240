/* Random secrets, their text forms and hashes. */
#ifndef ASTRALFIELD_AUTH_SECRET_H
#define ASTRALFIELD_AUTH_SECRET_H

#include "base/arena.h"

enum { SECRET_BYTES = 32, HASH_BYTES = 32 };

struct hash {
    unsigned char bytes[HASH_BYTES];
};

/* A fresh secret as 43 characters of base64url behind `prefix`. */
struct slice secret_new(struct arena *arena, struct slice prefix);

/* SHA-256. */
struct hash hash_of(struct slice text);

/* "\x0123…": bytea's text form, for parameters. */
struct slice hash_bytea(struct arena *arena, const struct hash *hash);
struct slice hash_hex(struct arena *arena, const struct hash *hash);
bool hash_from_hex(struct slice hex, struct hash *ret_hash);

#endif
