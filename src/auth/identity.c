#include "auth/identity.h"

#include <pthread.h>
#include <stdlib.h>

#include <uthash.h>

#include "base/check.h"

struct known {
    struct hash hash;
    struct identity identity;
    utime seen_at;
    UT_hash_handle hh;
};

struct identities {
    pthread_mutex_t lock; /* guards `known` */
    struct known *known;
};

struct identities *identities_new(void)
{
    struct identities *identities = calloc(1, sizeof(*identities));
    CHECK(identities != NULL);
    pthread_mutex_init(&identities->lock, NULL);
    return identities;
}

static void forget_older(struct identities *identities, utime than)
{
    struct known *known = NULL;
    struct known *next = NULL;
    HASH_ITER(hh, identities->known, known, next)
    {
        if (known->seen_at < than) {
            HASH_DEL(identities->known, known);
            free(known);
        }
    }
}

void identities_free(struct identities *identities)
{
    if (identities != NULL) {
        forget_older(identities, INT64_MAX);
        pthread_mutex_destroy(&identities->lock);
        free(identities);
    }
}

bool identities_find(struct identities *identities, const struct hash *hash, utime now,
                     struct identity *ret_identity)
{
    struct known *known = NULL;
    pthread_mutex_lock(&identities->lock);
    HASH_FIND(hh, identities->known, hash, sizeof(*hash), known);
    bool is_good = known != NULL && now - known->seen_at <= IDENTITY_FRESH_US &&
                   now >= known->seen_at &&
                   (known->identity.expires_at == 0 || known->identity.expires_at > now);
    if (is_good) {
        *ret_identity = known->identity;
    }
    pthread_mutex_unlock(&identities->lock);
    return is_good;
}

void identities_keep(struct identities *identities, const struct hash *hash,
                     const struct identity *identity, utime now)
{
    struct known *known = NULL;
    pthread_mutex_lock(&identities->lock);
    if (HASH_COUNT(identities->known) >= IDENTITIES_MAX) {
        forget_older(identities, now - IDENTITY_FRESH_US);
    }
    HASH_FIND(hh, identities->known, hash, sizeof(*hash), known);
    if (known == NULL && HASH_COUNT(identities->known) < IDENTITIES_MAX) {
        known = calloc(1, sizeof(*known));
        CHECK(known != NULL);
        known->hash = *hash;
        HASH_ADD(hh, identities->known, hash, sizeof(known->hash), known);
    }
    if (known != NULL) {
        known->identity = *identity;
        known->seen_at = now;
    }
    pthread_mutex_unlock(&identities->lock);
}

void identities_forget_user(struct identities *identities, int64_t user_id)
{
    struct known *known = NULL;
    struct known *next = NULL;
    pthread_mutex_lock(&identities->lock);
    HASH_ITER(hh, identities->known, known, next)
    {
        if (known->identity.user_id == user_id) {
            HASH_DEL(identities->known, known);
            free(known);
        }
    }
    pthread_mutex_unlock(&identities->lock);
}

void identities_clear(struct identities *identities)
{
    pthread_mutex_lock(&identities->lock);
    forget_older(identities, INT64_MAX);
    pthread_mutex_unlock(&identities->lock);
}

void identities_forget(struct identities *identities, const struct hash *hash)
{
    struct known *known = NULL;
    pthread_mutex_lock(&identities->lock);
    HASH_FIND(hh, identities->known, hash, sizeof(*hash), known);
    if (known != NULL) {
        HASH_DEL(identities->known, known);
        free(known);
    }
    pthread_mutex_unlock(&identities->lock);
}
