/* Finding things by text, inside an arena: nothing to free, in no order. */
#ifndef ASTRALFIELD_FEEDS_INDEX_H
#define ASTRALFIELD_FEEDS_INDEX_H

#include "base/arena.h"

struct index_slot {
    struct slice key;
    void *thing; /* NULL in an empty slot */
};

struct index {
    struct arena *arena;
    struct index_slot *slots;
    size_t cap; /* a power of two, or 0 */
    size_t count;
};

/* What was added under the key, or NULL. */
void *index_find(const struct index *index, struct slice key);

/* Adds a thing under a key that is not there yet; the key's bytes must live as long as the index. */
void index_add(struct index *index, struct slice key, void *thing);

#endif
