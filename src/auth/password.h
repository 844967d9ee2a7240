/* Passwords: argon2id through libsodium, on the worker pool. */
#ifndef ASTRALFIELD_AUTH_PASSWORD_H
#define ASTRALFIELD_AUTH_PASSWORD_H

#include <stdbool.h>

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

struct account;
struct faults;

/* The passwords that are tried first, sorted, each followed by a line break (common_passwords.txt: from
 * breached lists, see README.md). */
extern const unsigned char common_passwords[];
extern const size_t common_passwords_len;

/* Whether whoever guesses would come by this password early: one of the list, or one of it with a few
 * digits or signs around it, a repeated piece, a row of neighbours, or a word about the account (e-mail
 * address, display name, this product). Pure. */
bool password_is_common(struct slice password, const struct account *account);

/* E_INVALID with a fault at `at` when the account's password is common. */
MUST_CHECK enum error password_accept(struct faults *faults, struct slice at,
                                      const struct account *account);

#endif
