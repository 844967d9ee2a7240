#include "run/work.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/check.h"
#include "run/fiber.h"

struct job {
    struct job *next;
    void (*body)(void *thing);
    void *thing;
    struct loop *loop;
    struct fiber *fiber;
    struct mail done;
    bool is_done; /* set and read on the loop's thread */
};

struct work_pool {
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t has_work;
    struct job *first, *last;
    unsigned waiting, waiting_max;
    bool is_closing;
    unsigned thread_count;
    pthread_t threads[];
};

#define JOB_OF(mail) ((struct job *)((char *)(mail)-offsetof(struct job, done)))

static void job_done(struct mail *mail)
{
    struct job *job = JOB_OF(mail);
    job->is_done = true;
    fiber_wake(job->fiber);
}

static void *pool_thread(void *thing)
{
    struct work_pool *pool = thing;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->first == NULL && !pool->is_closing) {
            pthread_cond_wait(&pool->has_work, &pool->lock);
        }
        struct job *job = pool->first;
        if (job == NULL) {
            break;
        }
        pool->first = job->next;
        if (pool->first == NULL) {
            pool->last = NULL;
        }
        pool->waiting--;
        pthread_mutex_unlock(&pool->lock);
        job->body(job->thing);
        loop_post(job->loop, &job->done);
        pthread_mutex_lock(&pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

enum error work_pool_new(unsigned threads, unsigned queue_max, struct work_pool **ret_pool)
{
    CHECK(threads > 0);
    struct work_pool *pool = calloc(1, sizeof(*pool) + threads * sizeof(pthread_t));
    CHECK(pool != NULL);
    pool->waiting_max = queue_max;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->has_work, NULL);
    for (; pool->thread_count < threads; pool->thread_count++) {
        if (pthread_create(&pool->threads[pool->thread_count], NULL, pool_thread, pool) != 0) {
            work_pool_free(pool);
            return E_OVERLOADED;
        }
    }
    *ret_pool = pool;
    return OK;
}

void work_pool_free(struct work_pool *pool)
{
    if (pool == NULL) {
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->is_closing = true;
    pthread_cond_broadcast(&pool->has_work);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++) {
        pthread_join(pool->threads[i], NULL);
    }
    pthread_cond_destroy(&pool->has_work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

enum error work_run(struct work_pool *pool, void (*body)(void *thing), void *thing)
{
    struct job job = { .body = body,
                       .thing = thing,
                       .loop = loop_here(),
                       .fiber = fiber_here(),
                       .done.deliver = job_done };
    CHECK(job.fiber != NULL);
    pthread_mutex_lock(&pool->lock);
    bool is_full = pool->waiting >= pool->waiting_max || pool->is_closing;
    if (!is_full) {
        if (pool->last == NULL) {
            pool->first = &job;
        } else {
            pool->last->next = &job;
        }
        pool->last = &job;
        pool->waiting++;
        pthread_cond_signal(&pool->has_work);
    }
    pthread_mutex_unlock(&pool->lock);
    if (is_full) {
        return E_OVERLOADED;
    }
    while (!job.is_done) {
        fiber_suspend();
    }
    return OK;
}

unsigned work_waiting(struct work_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    unsigned waiting = pool->waiting;
    pthread_mutex_unlock(&pool->lock);
    return waiting;
}
