/* The identities this process has seen lately, by hash of their secret. Any thread; one lock. */
#ifndef ASTRALFIELD_AUTH_IDENTITY_H
#define ASTRALFIELD_AUTH_IDENTITY_H

#include "auth/auth.h"
#include "auth/secret.h"

enum { IDENTITIES_MAX = 50000 };

struct identities;

struct identities *identities_new(void);
void identities_free(struct identities *identities);

/* True when known, not older than IDENTITY_FRESH_US and not expired. */
bool identities_find(struct identities *identities, const struct hash *hash, utime now,
                     struct identity *ret_identity);
void identities_keep(struct identities *identities, const struct hash *hash,
                     const struct identity *identity, utime now);
void identities_forget_user(struct identities *identities, int64_t user_id);
void identities_clear(struct identities *identities);
void identities_forget(struct identities *identities, const struct hash *hash);

#endif
