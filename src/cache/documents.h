/* Finished documents in this process: what many ask and nobody's own.
 *
 * An entry carries the versions it was made under (the league's seq and the nfl seq as this process
 * knew them BEFORE the database was asked); it is good while both still stand. Newest uses stay:
 * the least recently used goes when the bytes are over the limit. Any thread; one lock. */
#ifndef ASTRALFIELD_CACHE_DOCUMENTS_H
#define ASTRALFIELD_CACHE_DOCUMENTS_H

#include <stdatomic.h>

#include "base/slice.h"

enum { DOCUMENT_TAG_LEN = 16 };

struct document {
    struct slice body;
    char etag[DOCUMENT_TAG_LEN + 1]; /* hexadecimal hash of the body */
    bool is_public;                  /* needs no look at who asks */
    int64_t league_id;               /* 0 = not of a league */
};

struct document_versions {
    int64_t league_seq;
    int64_t nfl_seq;
};

struct document_cache;

struct document_cache *document_cache_new(size_t bytes_max);
void document_cache_free(struct document_cache *cache);

/* A document that is still good, or NULL. The caller holds it until document_release. */
const struct document *document_find(struct document_cache *cache, struct slice key,
                                     struct document_versions versions);

/* The key's newest document whatever its versions, to learn its league; NULL when unknown. */
const struct document *document_peek(struct document_cache *cache, struct slice key);

/* Keeps a copy of the body and returns it, held. */
const struct document *document_store(struct document_cache *cache, struct slice key,
                                      const struct document *document,
                                      struct document_versions versions);

void document_release(const struct document *document);

/* Forgets everything; returns how many there were. */
size_t document_clear(struct document_cache *cache);

/* The same for keys that begin so. */
size_t document_clear_some(struct document_cache *cache, struct slice prefix);

struct document_figures {
    uint64_t hits, misses, evictions;
    size_t entries, bytes;
};
void document_figures(struct document_cache *cache, struct document_figures *ret_figures);

#endif
