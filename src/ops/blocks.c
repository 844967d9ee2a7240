#include "ops/blocks.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/check.h"
#include "db/db.h"

enum { BLOCKS_MAX = 4096 };

static struct {
    pthread_rwlock_t lock; /* guards `list` */
    struct block list[BLOCKS_MAX];
    _Atomic size_t count;
} blocks = { .lock = PTHREAD_RWLOCK_INITIALIZER };

static bool is_on(const struct block *block, utime now)
{
    return block->until == 0 || block->until > now;
}

bool blocks_hold(struct slice address, utime now)
{
    struct net one = { 0 };
    if (atomic_load_explicit(&blocks.count, memory_order_relaxed) == 0 ||
        net_parse(address, &one) != OK) {
        return false;
    }
    bool is_blocked = false;
    pthread_rwlock_rdlock(&blocks.lock);
    size_t count = atomic_load_explicit(&blocks.count, memory_order_relaxed);
    for (size_t i = 0; i < count && !is_blocked; i++) {
        is_blocked = is_on(&blocks.list[i], now) && net_holds(&blocks.list[i].net, &one);
    }
    pthread_rwlock_unlock(&blocks.lock);
    return is_blocked;
}

size_t blocks_count(utime now)
{
    size_t on = 0;
    pthread_rwlock_rdlock(&blocks.lock);
    size_t count = atomic_load_explicit(&blocks.count, memory_order_relaxed);
    for (size_t i = 0; i < count; i++) {
        on += is_on(&blocks.list[i], now);
    }
    pthread_rwlock_unlock(&blocks.lock);
    return on;
}

void blocks_set(const struct block *list, size_t count)
{
    size_t kept = count < BLOCKS_MAX ? count : BLOCKS_MAX;
    pthread_rwlock_wrlock(&blocks.lock);
    for (size_t i = 0; i < kept; i++) {
        blocks.list[i] = list[i];
    }
    atomic_store_explicit(&blocks.count, kept, memory_order_relaxed);
    pthread_rwlock_unlock(&blocks.lock);
}

enum error blocks_load(void)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    TRY(db_read(&arena, SQL_OPS_BLOCKS, PARAMS(P_INT(BLOCKS_MAX)), &rows));
    struct block *list = ARENA_ARRAY(&arena, rows.count + 1, struct block);
    size_t count = 0;
    for (size_t i = 0; i < rows.count; i++) {
        if (net_parse(rows_text(&rows, i, "key"), &list[count].net) == OK) {
            list[count].until = rows_time(&rows, i, "expires_at");
            count++;
        }
    }
    blocks_set(list, count);
    return OK;
}
