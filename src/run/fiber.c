#include "run/fiber.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utlist.h>

#include "base/check.h"
#include "run/internal.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define HAS_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define HAS_TSAN 1
#endif
#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef HAS_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#if defined(HAS_ASAN) || defined(HAS_TSAN)
enum { STACK_BYTES = 512 * 1024 };
#else
enum { STACK_BYTES = 64 * 1024 };
#endif

static size_t stack_bytes(const struct loop *loop)
{
    return loop->settings.stack_bytes != 0 ? loop->settings.stack_bytes : STACK_BYTES;
}

/* ---- switching, with what the sanitizers want to be told ---- */

static void to_fiber(struct loop *loop, struct fiber *fiber)
{
    loop->running = fiber;
#ifdef HAS_ASAN
    __sanitizer_start_switch_fiber(&loop->scheduler_fake_stack, fiber->stack, stack_bytes(loop));
#endif
#ifdef HAS_TSAN
    loop->scheduler_tsan = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber->sanitizer_fiber, 0);
#endif
    swapcontext(&loop->scheduler, &fiber->context);
#ifdef HAS_ASAN
    __sanitizer_finish_switch_fiber(loop->scheduler_fake_stack, NULL, NULL);
#endif
    loop->running = NULL;
}

static void to_scheduler(struct fiber *fiber)
{
    struct loop *loop = fiber->loop;
#ifdef HAS_ASAN
    /* NULL tells ASan that this fiber never comes back, so its fake stack can go. */
    __sanitizer_start_switch_fiber(fiber->is_over ? NULL : &fiber->sanitizer_fake_stack,
                                   loop->scheduler_stack, loop->scheduler_stack_bytes);
#endif
#ifdef HAS_TSAN
    __tsan_switch_to_fiber(loop->scheduler_tsan, 0);
#endif
    swapcontext(&fiber->context, &loop->scheduler);
#ifdef HAS_ASAN
    __sanitizer_finish_switch_fiber(fiber->sanitizer_fake_stack, &loop->scheduler_stack,
                                    &loop->scheduler_stack_bytes);
#endif
}

/* makecontext passes ints only; the fiber is found through its loop instead. */
static void fiber_main(void)
{
    struct loop *loop = loop_here();
    struct fiber *fiber = loop->running;
#ifdef HAS_ASAN
    __sanitizer_finish_switch_fiber(NULL, &loop->scheduler_stack, &loop->scheduler_stack_bytes);
#endif
    fiber->body(fiber->thing);
    fiber->is_over = true;
    to_scheduler(fiber);
    CHECK(!fiber->is_over); /* nobody resumes a fiber that is over */
}

/* ---- stacks ---- */

static struct fiber *fiber_new(struct loop *loop)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = stack_bytes(loop);
    struct fiber *fiber = calloc(1, sizeof(*fiber));
    char *memory = mmap(NULL, bytes + page, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (fiber == NULL || memory == MAP_FAILED) {
        free(fiber);
        return NULL;
    }
    mprotect(memory, page, PROT_NONE);
    fiber->stack = memory + page;
    fiber->loop = loop;
#ifdef HAS_TSAN
    fiber->sanitizer_fiber = __tsan_create_fiber(0);
#endif
    return fiber;
}

static void fiber_free(struct fiber *fiber)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
#ifdef HAS_TSAN
    __tsan_destroy_fiber(fiber->sanitizer_fiber);
#endif
    munmap((char *)fiber->stack - page, stack_bytes(fiber->loop) + page);
    free(fiber);
}

void fibers_free(struct loop *loop)
{
    CHECK(loop->live_count == 0);
    while (loop->pool != NULL) {
        struct fiber *fiber = loop->pool;
        loop->pool = fiber->next;
        fiber_free(fiber);
    }
}

/* ---- scheduling ---- */

static void append_ready(struct loop *loop, struct fiber *fiber)
{
    fiber->is_ready = true;
    fiber->next = NULL;
    if (loop->ready_last == NULL) {
        loop->ready_first = fiber;
    } else {
        loop->ready_last->next = fiber;
    }
    loop->ready_last = fiber;
}

void fiber_wake(struct fiber *fiber)
{
    CHECK(fiber->loop == loop_here());
    if (!fiber->is_ready) {
        append_ready(fiber->loop, fiber);
    }
}

enum error fiber_start(struct loop *loop, void (*body)(void *thing), void *thing)
{
    if (loop->live_count >= loop->settings.fibers_max) {
        return E_OVERLOADED;
    }
    struct fiber *fiber = loop->pool;
    if (fiber != NULL) {
        loop->pool = fiber->next;
    } else {
        fiber = fiber_new(loop);
        if (fiber == NULL) {
            return E_OVERLOADED;
        }
    }
    fiber->body = body;
    fiber->thing = thing;
    fiber->is_over = false;
    fiber->sanitizer_fake_stack = NULL;
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = stack_bytes(loop);
    fiber->context.uc_link = NULL;
    makecontext(&fiber->context, fiber_main, 0);
    DL_PREPEND2(loop->live, fiber, live_prev, live_next);
    loop->live_count++;
    append_ready(loop, fiber);
    return OK;
}

static void retire(struct loop *loop, struct fiber *fiber)
{
    DL_DELETE2(loop->live, fiber, live_prev, live_next);
    loop->live_count--;
    fiber->next = loop->pool;
    loop->pool = fiber;
}

void fibers_run_ready(struct loop *loop)
{
    /* Only those that are ready now: a fiber that wakes others in a circle must not starve I/O. */
    struct fiber *last = loop->ready_last;
    while (loop->ready_first != NULL) {
        struct fiber *fiber = loop->ready_first;
        loop->ready_first = fiber->next;
        if (loop->ready_first == NULL) {
            loop->ready_last = NULL;
        }
        fiber->is_ready = false;
        bool is_last = fiber == last;
        to_fiber(loop, fiber);
        if (fiber->is_over) {
            retire(loop, fiber);
        }
        if (is_last) {
            break;
        }
    }
}

struct fiber *fiber_here(void)
{
    struct loop *loop = loop_here();
    return loop == NULL ? NULL : loop->running;
}

void fiber_suspend(void)
{
    struct fiber *fiber = fiber_here();
    CHECK(fiber != NULL);
    to_scheduler(fiber);
}

unsigned fiber_count(const struct loop *loop)
{
    return loop->live_count;
}

/* ---- waiting for time and descriptors ---- */

struct fd_wait {
    struct watch watch;
    struct timer timer;
    struct fiber *fiber;
    uint32_t events;
    bool is_done;
};

#define OUTER_OF(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

static void wait_ready(struct watch *watch, uint32_t events)
{
    struct fd_wait *wait = OUTER_OF(watch, struct fd_wait, watch);
    wait->events |= events;
    wait->is_done = true;
    fiber_wake(wait->fiber);
}

static void wait_expired(struct timer *timer)
{
    struct fd_wait *wait = OUTER_OF(timer, struct fd_wait, timer);
    wait->is_done = true;
    fiber_wake(wait->fiber);
}

void fiber_sleep(int64_t us)
{
    struct fd_wait wait = { .watch.fd = -1, .timer.expired = wait_expired, .fiber = fiber_here() };
    CHECK(wait.fiber != NULL);
    timer_set(wait.fiber->loop, &wait.timer, us);
    while (!wait.is_done) {
        fiber_suspend();
    }
}

uint32_t fiber_wait_fd(int fd, uint32_t events, int64_t timeout_us)
{
    struct fd_wait wait = { .watch = { .fd = fd, .ready = wait_ready },
                            .timer.expired = wait_expired,
                            .fiber = fiber_here() };
    CHECK(wait.fiber != NULL);
    struct loop *loop = wait.fiber->loop;
    if (loop_watch(loop, &wait.watch, events) != OK) {
        return EPOLLERR;
    }
    timer_set(loop, &wait.timer, timeout_us);
    while (!wait.is_done) {
        fiber_suspend();
    }
    loop_unwatch(loop, &wait.watch);
    timer_clear(loop, &wait.timer);
    return wait.events;
}
