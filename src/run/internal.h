/* What loop.c and fiber.c share; nobody else includes this. */
#ifndef ASTRALFIELD_RUN_INTERNAL_H
#define ASTRALFIELD_RUN_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <ucontext.h>

#include "run/fiber.h"

enum { LOOP_EVENTS_MAX = 256, LOOP_FIBERS_DEFAULT = 1000 };

struct fiber {
    struct fiber *next;                  /* in the ready list or the pool */
    struct fiber *live_next, *live_prev; /* all started fibers of the loop, for gdb */
    struct loop *loop;
    ucontext_t context;
    void (*body)(void *thing);
    void *thing;
    void *stack; /* usable bytes, behind the guard page */
    bool is_ready;
    bool is_over;
    void *sanitizer_fake_stack; /* ASan */
    void *sanitizer_fiber;      /* TSan */
};

struct loop {
    struct loop_settings settings;
    int epoll_fd;
    int event_fd;
    bool is_stopping;
    struct mono now;

    struct timer **heap; /* 1-based binary heap */
    size_t heap_len, heap_cap;

    pthread_mutex_t mail_lock; /* guards mail_first, mail_last, is_posted */
    struct mail *mail_first, *mail_last;
    bool is_posted; /* the event_fd was written since the last delivery */
    struct mail stop_mail;
    bool is_stop_posted;

    struct epoll_event batch[LOOP_EVENTS_MAX]; /* what the last epoll_wait said */
    int batch_len;

    struct turn_hook *hooks;
    void *slots[LOOP_SLOT_COUNT];

    ucontext_t scheduler;
    void *scheduler_fake_stack;
    const void *scheduler_stack; /* bounds for ASan */
    size_t scheduler_stack_bytes;
    void *scheduler_tsan;
    struct fiber *running;
    struct fiber *ready_first, *ready_last;
    struct fiber *pool;
    struct fiber *live;
    unsigned live_count;
};

/* Resumes every fiber that was ready when called. */
void fibers_run_ready(struct loop *loop);

/* Unmaps pooled stacks; no fiber may be alive. */
void fibers_free(struct loop *loop);

#endif
