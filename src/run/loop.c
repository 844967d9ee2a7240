#include "run/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utlist.h>

#include "base/check.h"
#include "run/internal.h"

/* Which loop this thread runs: set by loop_run, read by loop_here. */
static _Thread_local struct loop *here;

struct loop *loop_here(void)
{
    return here;
}

enum error loop_new(struct loop_settings settings, struct loop **ret_loop)
{
    struct loop *loop = calloc(1, sizeof(*loop));
    CHECK(loop != NULL);
    loop->settings = settings;
    if (loop->settings.fibers_max == 0) {
        loop->settings.fibers_max = LOOP_FIBERS_DEFAULT;
    }
    loop->now = mono_now();
    pthread_mutex_init(&loop->mail_lock, NULL);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    struct epoll_event wake = { .events = EPOLLIN, .data.ptr = loop };
    if (loop->epoll_fd < 0 || loop->event_fd < 0 ||
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, loop->event_fd, &wake) != 0) {
        loop_free(loop);
        return E_OVERLOADED;
    }
    *ret_loop = loop;
    return OK;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL) {
        return;
    }
    fibers_free(loop);
    if (loop->epoll_fd >= 0) {
        close(loop->epoll_fd);
    }
    if (loop->event_fd >= 0) {
        close(loop->event_fd);
    }
    pthread_mutex_destroy(&loop->mail_lock);
    free(loop->heap);
    free(loop);
}

unsigned loop_index(const struct loop *loop)
{
    return loop->settings.index;
}

struct mono loop_now(const struct loop *loop)
{
    return loop->now;
}

void *loop_slot(const struct loop *loop, enum loop_slot slot)
{
    return loop->slots[slot];
}

void loop_slot_set(struct loop *loop, enum loop_slot slot, void *state)
{
    loop->slots[slot] = state;
}

void loop_each_turn(struct loop *loop, struct turn_hook *hook)
{
    hook->next = loop->hooks;
    loop->hooks = hook;
}

void loop_drop_hook(struct loop *loop, struct turn_hook *hook)
{
    LL_DELETE(loop->hooks, hook);
}

enum error loop_watch(struct loop *loop, struct watch *watch, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.ptr = watch };
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, watch->fd, &event) == 0) {
        return OK;
    }
    if (errno == EEXIST && epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, watch->fd, &event) == 0) {
        return OK;
    }
    return E_OVERLOADED;
}

void loop_unwatch(struct loop *loop, struct watch *watch)
{
    if (watch->fd >= 0) {
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL);
    }
    /* The owner may free the watch now: forget what this turn's epoll still says about it. */
    for (int i = 0; i < loop->batch_len; i++) {
        if (loop->batch[i].data.ptr == watch) {
            loop->batch[i].data.ptr = NULL;
        }
    }
}

/* ---- timers: a binary heap ordered by deadline ---- */

static void heap_place(struct loop *loop, size_t at, struct timer *timer)
{
    loop->heap[at] = timer;
    timer->heap_index = at;
}

static void heap_up(struct loop *loop, size_t at)
{
    struct timer *timer = loop->heap[at];
    while (at > 1 && loop->heap[at / 2]->at.us > timer->at.us) {
        heap_place(loop, at, loop->heap[at / 2]);
        at /= 2;
    }
    heap_place(loop, at, timer);
}

static void heap_down(struct loop *loop, size_t at)
{
    struct timer *timer = loop->heap[at];
    for (size_t child = at * 2; child <= loop->heap_len; child = at * 2) {
        if (child < loop->heap_len && loop->heap[child + 1]->at.us < loop->heap[child]->at.us) {
            child++;
        }
        if (loop->heap[child]->at.us >= timer->at.us) {
            break;
        }
        heap_place(loop, at, loop->heap[child]);
        at = child;
    }
    heap_place(loop, at, timer);
}

void timer_clear(struct loop *loop, struct timer *timer)
{
    size_t at = timer->heap_index;
    if (at == 0) {
        return;
    }
    timer->heap_index = 0;
    struct timer *last = loop->heap[loop->heap_len--];
    if (last != timer) {
        heap_place(loop, at, last);
        heap_up(loop, at);
        heap_down(loop, last->heap_index);
    }
}

void timer_set(struct loop *loop, struct timer *timer, int64_t after_us)
{
    timer_clear(loop, timer);
    timer->at.us = mono_now().us + (after_us > 0 ? after_us : 0);
    if (loop->heap_len + 2 > loop->heap_cap) {
        size_t cap = loop->heap_cap == 0 ? 64 : loop->heap_cap * 2;
        struct timer **grown = realloc(loop->heap, cap * sizeof(struct timer *));
        CHECK(grown != NULL);
        loop->heap = grown;
        loop->heap_cap = cap;
    }
    heap_place(loop, ++loop->heap_len, timer);
    heap_up(loop, loop->heap_len);
}

static void expire_timers(struct loop *loop)
{
    while (loop->heap_len > 0 && loop->heap[1]->at.us <= loop->now.us) {
        struct timer *timer = loop->heap[1];
        timer_clear(loop, timer);
        timer->expired(timer);
    }
}

static int wait_ms(const struct loop *loop)
{
    if (loop->ready_first != NULL || loop->is_stopping) {
        return 0;
    }
    if (loop->heap_len == 0) {
        return -1;
    }
    int64_t left = loop->heap[1]->at.us - mono_now().us;
    if (left <= 0) {
        return 0;
    }
    return left > 60 * US_PER_S ? 60000 : (int)((left + US_PER_MS - 1) / US_PER_MS);
}

/* ---- the mailbox ---- */

void loop_post(struct loop *loop, struct mail *mail)
{
    mail->next = NULL;
    pthread_mutex_lock(&loop->mail_lock);
    if (loop->mail_last == NULL) {
        loop->mail_first = mail;
    } else {
        loop->mail_last->next = mail;
    }
    loop->mail_last = mail;
    bool must_wake = !loop->is_posted;
    loop->is_posted = true;
    if (must_wake) {
        uint64_t one = 1;
        ssize_t written = write(loop->event_fd, &one, sizeof(one));
        (void)written; /* it only fails when the counter is full: the loop is awake then */
    }
    pthread_mutex_unlock(&loop->mail_lock);
}

static void deliver_mail(struct loop *loop)
{
    uint64_t count = 0;
    ssize_t got = read(loop->event_fd, &count, sizeof(count));
    (void)got;
    pthread_mutex_lock(&loop->mail_lock);
    struct mail *mail = loop->mail_first;
    loop->mail_first = loop->mail_last = NULL;
    loop->is_posted = false;
    pthread_mutex_unlock(&loop->mail_lock);
    while (mail != NULL) {
        struct mail *next = mail->next;
        mail->deliver(mail);
        mail = next;
    }
}

static void deliver_stop(struct mail *mail)
{
    (void)mail;
    here->is_stopping = true;
}

void loop_stop(struct loop *loop)
{
    pthread_mutex_lock(&loop->mail_lock);
    bool is_first = !loop->is_stop_posted;
    loop->is_stop_posted = true;
    pthread_mutex_unlock(&loop->mail_lock);
    if (is_first) {
        loop->stop_mail = (struct mail){ .deliver = deliver_stop };
        loop_post(loop, &loop->stop_mail);
    }
}

void loop_run(struct loop *loop)
{
    struct loop *outer = here;
    here = loop;
    loop->is_stopping = false;
    while (!loop->is_stopping) {
        fibers_run_ready(loop);
        for (struct turn_hook *hook = loop->hooks; hook != NULL; hook = hook->next) {
            hook->turn(hook);
        }
        loop->batch_len = epoll_wait(loop->epoll_fd, loop->batch, LOOP_EVENTS_MAX, wait_ms(loop));
        loop->now = mono_now();
        expire_timers(loop);
        for (int i = 0; i < loop->batch_len; i++) {
            struct watch *watch = loop->batch[i].data.ptr;
            if ((void *)watch == loop) {
                deliver_mail(loop);
            } else if (watch != NULL) {
                watch->ready(watch, loop->batch[i].events);
            }
        }
        loop->batch_len = 0;
    }
    pthread_mutex_lock(&loop->mail_lock);
    loop->is_stop_posted = false;
    pthread_mutex_unlock(&loop->mail_lock);
    here = outer;
}
