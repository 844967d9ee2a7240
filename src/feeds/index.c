#include "feeds/index.h"

#include "base/check.h"

/* FNV-1a (Fowler, Noll, Vo), 64 bits, folded. Feeds are files an operator chose: no need to guard
 * against keys made to collide, and the row limit bounds what they could cost. */
static size_t hash_of(struct slice key)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < key.len; i++) {
        hash = (hash ^ (unsigned char)key.ptr[i]) * UINT64_C(1099511628211);
    }
    return (size_t)(hash ^ hash >> 32);
}

/* The slot of the key: its own, or the empty one where it would go. */
static struct index_slot *slot_of(const struct index *index, struct slice key)
{
    size_t at = hash_of(key) & (index->cap - 1);
    while (index->slots[at].thing != NULL && !slice_eq(index->slots[at].key, key)) {
        at = (at + 1) & (index->cap - 1);
    }
    return &index->slots[at];
}

void *index_find(const struct index *index, struct slice key)
{
    return index->cap == 0 ? NULL : slot_of(index, key)->thing;
}

void index_add(struct index *index, struct slice key, void *thing)
{
    CHECK(thing != NULL);
    if (index->count * 4 >= index->cap * 3) {
        struct index larger = { .arena = index->arena,
                                .cap = index->cap == 0 ? 256 : index->cap * 2 };
        larger.slots = ARENA_ARRAY(index->arena, larger.cap, struct index_slot);
        for (size_t i = 0; i < index->cap; i++) {
            if (index->slots[i].thing != NULL) {
                *slot_of(&larger, index->slots[i].key) = index->slots[i];
            }
        }
        larger.count = index->count;
        *index = larger;
    }
    struct index_slot *slot = slot_of(index, key);
    CHECK(slot->thing == NULL);
    *slot = (struct index_slot){ .key = key, .thing = thing };
    index->count++;
}
