/* Addresses that may not come in just now. The truth is in ops_controls (kind ip_block); this is what
 * this process knows of it. Any thread; with nothing blocked the look costs one load. */
#ifndef ASTRALFIELD_OPS_BLOCKS_H
#define ASTRALFIELD_OPS_BLOCKS_H

#include "base/arena.h"
#include "base/nets.h"
#include "base/time.h"

/* Whether the address (text, as a request has it) is blocked at `now`. */
bool blocks_hold(struct slice address, utime now);

/* Reads the blocks from the database, in a fiber. */
MUST_CHECK enum error blocks_load(void);

size_t blocks_count(utime now);

/* Replaces what is known: for blocks_load, and for tests. */
struct block {
    struct net net;
    utime until; /* 0 = for ever */
};
void blocks_set(const struct block *blocks, size_t count);

#endif
