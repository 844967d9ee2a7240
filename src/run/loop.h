/* One event loop: an epoll, its timers, its fibers, its letters from other threads.
 *
 * Everything here but loop_post and loop_stop is called on the loop's own thread. A loop owns its
 * data; other threads reach it through its mailbox only. */
#ifndef ASTRALFIELD_RUN_LOOP_H
#define ASTRALFIELD_RUN_LOOP_H

#include <stdint.h>

#include "base/error.h"
#include "base/time.h"

struct loop;

/* A descriptor the loop watches. The owner embeds it and keeps it alive until loop_unwatch. */
struct watch {
    int fd;
    void (*ready)(struct watch *watch, uint32_t events); /* EPOLL* bits */
};

/* A timer; the owner embeds it. At most one deadline each. */
struct timer {
    void (*expired)(struct timer *timer);
    struct mono at;
    size_t heap_index; /* 1-based place in the heap; 0 = not set */
};

/* A letter from any thread; freed or reused by whoever `deliver` says. */
struct mail {
    struct mail *next;
    void (*deliver)(struct mail *mail);
};

/* What runs at the end of each turn, before the loop sleeps (db flushes its pipelines there). */
struct turn_hook {
    struct turn_hook *next;
    void (*turn)(struct turn_hook *hook);
};

/* Rooms keep their per-loop state in a slot, so that no room needs a global. */
enum loop_slot { LOOP_SLOT_DB, LOOP_SLOT_HTTP, LOOP_SLOT_CACHE, LOOP_SLOT_LIVE, LOOP_SLOT_COUNT };

struct loop_settings {
    unsigned index;      /* 0 … number of loops - 1 */
    size_t stack_bytes;  /* of each fiber; 0 = 64 kB (more under sanitizers) */
    unsigned fibers_max; /* running at once; 0 = 1,000 */
};

MUST_CHECK enum error loop_new(struct loop_settings settings, struct loop **ret_loop);
void loop_free(struct loop *loop);

/* Turns until loop_stop was called and delivered. */
void loop_run(struct loop *loop);

/* Asks the loop to leave loop_run at the end of its turn. Any thread. */
void loop_stop(struct loop *loop);

/* Puts a letter into the loop's mailbox and wakes it. Any thread. */
void loop_post(struct loop *loop, struct mail *mail);

/* The loop whose thread this is; NULL on other threads. */
struct loop *loop_here(void);

unsigned loop_index(const struct loop *loop);

/* The time at the start of this turn. */
struct mono loop_now(const struct loop *loop);

void *loop_slot(const struct loop *loop, enum loop_slot slot);
void loop_slot_set(struct loop *loop, enum loop_slot slot, void *state);

/* Watches watch->fd for `events` (EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLET …). */
MUST_CHECK enum error loop_watch(struct loop *loop, struct watch *watch, uint32_t events);
void loop_unwatch(struct loop *loop, struct watch *watch);

/* Sets, moves or clears a timer. It expires once, not before `after_us` from now. */
void timer_set(struct loop *loop, struct timer *timer, int64_t after_us);
void timer_clear(struct loop *loop, struct timer *timer);

void loop_each_turn(struct loop *loop, struct turn_hook *hook);
void loop_drop_hook(struct loop *loop, struct turn_hook *hook);

#endif
