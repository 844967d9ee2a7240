/* Fibers: straight-line code that waits without blocking its loop.
 *
 * A fiber belongs to the loop that started it for ever. It is resumed only by the loop's scheduler
 * (a wake-up puts it on the ready list), holds no mutex across a wait, and has a small stack with a
 * guard page: keep large things in an arena. */
#ifndef ASTRALFIELD_RUN_FIBER_H
#define ASTRALFIELD_RUN_FIBER_H

#include "run/loop.h"

struct fiber;

/* Starts `body(thing)` on this loop; it runs before the loop sleeps again, not within this call.
 * E_OVERLOADED when the loop has its maximum of fibers. */
MUST_CHECK enum error fiber_start(struct loop *loop, void (*body)(void *thing), void *thing);

/* The running fiber; NULL on the scheduler's own stack. */
struct fiber *fiber_here(void);

/* Gives the loop back until somebody wakes this fiber. */
void fiber_suspend(void);

/* Puts a suspended fiber on the ready list of its loop; same thread only. Waking a fiber that is on
 * the list already changes nothing. */
void fiber_wake(struct fiber *fiber);

/* Suspends for a time. */
void fiber_sleep(int64_t us);

/* Suspends until fd shows one of `events` or the time is over; returns the events, 0 for time-out.
 * fd must not be watched otherwise. */
uint32_t fiber_wait_fd(int fd, uint32_t events, int64_t timeout_us);

/* Running fibers of this loop, for health figures. */
unsigned fiber_count(const struct loop *loop);

#endif
