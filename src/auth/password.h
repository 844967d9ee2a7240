/* Passwords: argon2id through libsodium, on the worker pool. */
#ifndef ASTRALFIELD_AUTH_PASSWORD_H
#define ASTRALFIELD_AUTH_PASSWORD_H

#include "base/arena.h"

struct work_pool;

/* OWASP's password storage cheat sheet: argon2id with 19 MiB and two passes at least. */
enum { PASSWORD_MEMORY_BYTES = 19 * 1024 * 1024, PASSWORD_PASSES = 2 };

/* The text to store, in the arena. E_OVERLOADED when the pool's queue is full. */
MUST_CHECK enum error password_hash(struct work_pool *pool, struct arena *arena,
                                    struct slice password, struct slice *ret_hash);

/* Whether the password fits the stored text. An empty stored text (unknown account) takes the same
 * time and never fits. */
MUST_CHECK enum error password_fits(struct work_pool *pool, struct slice password,
                                    struct slice stored, bool *ret_fits);

#endif
