#include "cache/documents.h"

#include <pthread.h>
#include <stdlib.h>

#include <sodium.h>
#include <uthash.h>
#include <utlist.h>

#include "base/check.h"

struct entry {
    struct document document; /* first: document_release finds the entry by it */
    struct document_versions versions;
    atomic_int holders; /* the cache is one */
    UT_hash_handle hh;
    struct entry *prev, *next; /* most recently used first */
    size_t key_len;
    char bytes[]; /* key, then body */
};

struct document_cache {
    pthread_mutex_t lock; /* guards everything below */
    struct entry *by_key;
    struct entry *by_use;
    size_t bytes, bytes_max;
    struct document_figures figures;
};

struct document_cache *document_cache_new(size_t bytes_max)
{
    struct document_cache *cache = calloc(1, sizeof(*cache));
    CHECK(cache != NULL);
    pthread_mutex_init(&cache->lock, NULL);
    cache->bytes_max = bytes_max;
    return cache;
}

static size_t entry_bytes(const struct entry *entry)
{
    return sizeof(*entry) + entry->key_len + entry->document.body.len;
}

void document_release(const struct document *document)
{
    struct entry *entry = (struct entry *)(uintptr_t)document;
    if (entry != NULL && atomic_fetch_sub(&entry->holders, 1) == 1) {
        free(entry);
    }
}

/* Under the lock. */
static void drop(struct document_cache *cache, struct entry *entry)
{
    HASH_DEL(cache->by_key, entry);
    DL_DELETE(cache->by_use, entry);
    cache->bytes -= entry_bytes(entry);
    document_release(&entry->document);
}

static struct entry *find(struct document_cache *cache, struct slice key)
{
    struct entry *entry = NULL;
    HASH_FIND(hh, cache->by_key, key.ptr, key.len, entry);
    return entry;
}

const struct document *document_find(struct document_cache *cache, struct slice key,
                                     struct document_versions versions)
{
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    if (entry != NULL && (entry->versions.league_seq != versions.league_seq ||
                          entry->versions.nfl_seq != versions.nfl_seq)) {
        entry = NULL;
    }
    if (entry != NULL) {
        atomic_fetch_add(&entry->holders, 1);
        if (cache->by_use != entry) {
            DL_DELETE(cache->by_use, entry);
            DL_PREPEND(cache->by_use, entry);
        }
        cache->figures.hits++;
    } else {
        cache->figures.misses++;
    }
    pthread_mutex_unlock(&cache->lock);
    return entry == NULL ? NULL : &entry->document;
}

const struct document *document_peek(struct document_cache *cache, struct slice key)
{
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    if (entry != NULL) {
        atomic_fetch_add(&entry->holders, 1);
    }
    pthread_mutex_unlock(&cache->lock);
    return entry == NULL ? NULL : &entry->document;
}

static void tag(struct entry *entry)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "document-version";
    unsigned char hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, (const unsigned char *)entry->document.body.ptr,
                     entry->document.body.len, key);
    sodium_bin2hex(entry->document.etag, sizeof(entry->document.etag), hash, sizeof(hash));
}

const struct document *document_store(struct document_cache *cache, struct slice key,
                                      const struct document *document,
                                      struct document_versions versions)
{
    struct entry *entry = calloc(1, sizeof(*entry) + key.len + document->body.len);
    CHECK(entry != NULL);
    entry->document = *document;
    entry->versions = versions;
    entry->key_len = key.len;
    memcpy(entry->bytes, key.ptr, key.len);
    if (document->body.len > 0) {
        memcpy(entry->bytes + key.len, document->body.ptr, document->body.len);
    }
    entry->document.body.ptr = entry->bytes + key.len;
    atomic_init(&entry->holders, 2); /* the cache and the caller */
    tag(entry);
    pthread_mutex_lock(&cache->lock);
    struct entry *old = find(cache, key);
    if (old != NULL) {
        drop(cache, old);
    }
    HASH_ADD_KEYPTR(hh, cache->by_key, entry->bytes, entry->key_len, entry);
    DL_PREPEND(cache->by_use, entry);
    cache->bytes += entry_bytes(entry);
    while (cache->bytes > cache->bytes_max) {
        drop(cache, cache->by_use->prev); /* utlist: head->prev is the tail */
        cache->figures.evictions++;
    }
    pthread_mutex_unlock(&cache->lock);
    return &entry->document;
}

size_t document_clear(struct document_cache *cache)
{
    size_t count = 0;
    pthread_mutex_lock(&cache->lock);
    for (; cache->by_use != NULL; count++) {
        drop(cache, cache->by_use);
    }
    pthread_mutex_unlock(&cache->lock);
    return count;
}

size_t document_clear_some(struct document_cache *cache, struct slice prefix)
{
    size_t count = 0;
    struct entry *entry = NULL;
    struct entry *next = NULL;
    pthread_mutex_lock(&cache->lock);
    DL_FOREACH_SAFE(cache->by_use, entry, next)
    {
        struct slice key = { entry->bytes, entry->key_len };
        if (prefix.len == 0 || slice_starts(key, prefix)) {
            drop(cache, entry);
            count++;
        }
    }
    pthread_mutex_unlock(&cache->lock);
    return count;
}

void document_figures(struct document_cache *cache, struct document_figures *ret_figures)
{
    pthread_mutex_lock(&cache->lock);
    *ret_figures = cache->figures;
    ret_figures->entries = HASH_COUNT(cache->by_key);
    ret_figures->bytes = cache->bytes;
    pthread_mutex_unlock(&cache->lock);
}

void document_cache_free(struct document_cache *cache)
{
    if (cache != NULL) {
        document_clear(cache);
        pthread_mutex_destroy(&cache->lock);
        free(cache);
    }
}
