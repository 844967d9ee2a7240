/* run: loops, timers, fibers, mail, the worker pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/check.h"
#include "run/fiber.h"
#include "run/work.h"

struct script {
    struct loop *loop;
    struct work_pool *pool;
    char trace[64];
    size_t len;
    int pipe_read, pipe_write;
    unsigned left;
};

static void note(struct script *script, char c)
{
    assert_true(script->len + 1 < sizeof(script->trace));
    script->trace[script->len++] = c;
}

static void run_with(void (*body)(void *), struct script *script)
{
    assert_int_equal(loop_new((struct loop_settings){ .fibers_max = 4 }, &script->loop), OK);
    assert_int_equal(fiber_start(script->loop, body, script), OK);
    loop_run(script->loop);
    loop_free(script->loop);
}

static void sleeper_b(void *thing)
{
    struct script *script = thing;
    note(script, 'b');
    fiber_sleep(1000);
    note(script, 'B');
}

static void sleeper_a(void *thing)
{
    struct script *script = thing;
    note(script, 'a');
    assert_int_equal(fiber_start(script->loop, sleeper_b, script), OK);
    fiber_sleep(20000);
    note(script, 'A');
    loop_stop(script->loop);
}

static void fibers_take_turns_while_they_sleep(void **state)
{
    (void)state;
    struct script script = { 0 };
    run_with(sleeper_a, &script);
    assert_string_equal(script.trace, "abBA");
}

static void idle(void *thing)
{
    struct script *script = thing;
    fiber_sleep(1000);
    if (--script->left == 0) {
        loop_stop(script->loop);
    }
}

static void crowd(void *thing)
{
    struct script *script = thing;
    script->left = 3;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fiber_start(script->loop, idle, script), OK);
    }
    assert_int_equal(fiber_count(script->loop), 4);
    assert_int_equal(fiber_start(script->loop, idle, script), E_OVERLOADED);
}

static void too_many_fibers_are_refused(void **state)
{
    (void)state;
    struct script script = { 0 };
    run_with(crowd, &script);
}

static void writer(void *thing)
{
    struct script *script = thing;
    note(script, 'w');
    assert_int_equal(write(script->pipe_write, "x", 1), 1);
}

static void reader(void *thing)
{
    struct script *script = thing;
    assert_int_equal(fiber_wait_fd(script->pipe_read, EPOLLIN, 1000), 0);
    note(script, 't');
    assert_int_equal(fiber_start(script->loop, writer, script), OK);
    assert_true((fiber_wait_fd(script->pipe_read, EPOLLIN, 10 * US_PER_S) & EPOLLIN) != 0);
    note(script, 'r');
    loop_stop(script->loop);
}

static void a_fiber_waits_for_a_descriptor_or_the_time(void **state)
{
    (void)state;
    struct script script = { 0 };
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    script.pipe_read = ends[0];
    script.pipe_write = ends[1];
    run_with(reader, &script);
    assert_string_equal(script.trace, "twr");
    close(ends[0]);
    close(ends[1]);
}

static void blocking_body(void *thing)
{
    assert_null(fiber_here());
    *(pthread_t *)thing = pthread_self();
}

static void worker_user(void *thing)
{
    struct script *script = thing;
    pthread_t other = pthread_self();
    assert_int_equal(work_run(script->pool, blocking_body, &other), OK);
    assert_false(pthread_equal(other, pthread_self()));
    loop_stop(script->loop);
}

static void blocking_work_runs_on_another_thread(void **state)
{
    (void)state;
    struct script script = { 0 };
    assert_int_equal(work_pool_new(2, 8, &script.pool), OK);
    run_with(worker_user, &script);
    work_pool_free(script.pool);
}

struct post {
    struct mail mail;
    struct script *script;
};

static void post_arrived(struct mail *mail)
{
    struct script *script = ((struct post *)mail)->script;
    if (--script->left == 0) {
        loop_stop(script->loop);
    }
}

static void *poster(void *thing)
{
    struct post *posts = thing;
    for (int i = 0; i < 1000; i++) {
        loop_post(posts[i].script->loop, &posts[i].mail);
    }
    return NULL;
}

static void every_letter_of_two_threads_arrives(void **state)
{
    (void)state;
    static struct post posts[2000];
    struct script script = { .left = 2000 };
    assert_int_equal(loop_new((struct loop_settings){ 0 }, &script.loop), OK);
    for (size_t i = 0; i < ARRAY_LEN(posts); i++) {
        posts[i] = (struct post){ .mail.deliver = post_arrived, .script = &script };
    }
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, poster, posts);
    pthread_create(&threads[1], NULL, poster, posts + 1000);
    loop_run(script.loop);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    loop_free(script.loop);
    assert_int_equal(script.left, 0);
}

struct alarm {
    struct timer timer;
    struct script *script;
    char name;
};

static void rang(struct timer *timer)
{
    struct alarm *alarm = (struct alarm *)timer;
    note(alarm->script, alarm->name);
    if (alarm->name == 'z') {
        loop_stop(alarm->script->loop);
    }
}

static void timers_ring_in_order_and_cleared_ones_never(void **state)
{
    (void)state;
    struct script script = { 0 };
    assert_int_equal(loop_new((struct loop_settings){ 0 }, &script.loop), OK);
    struct alarm alarms[4];
    const char names[] = "bzxa";
    const int64_t after[] = { 2000, 9000, 3000, 1000 };
    for (size_t i = 0; i < ARRAY_LEN(alarms); i++) {
        alarms[i] = (struct alarm){ .timer.expired = rang, .script = &script, .name = names[i] };
        timer_set(script.loop, &alarms[i].timer, after[i]);
    }
    timer_clear(script.loop, &alarms[2].timer);
    timer_clear(script.loop, &alarms[2].timer);
    loop_run(script.loop);
    loop_free(script.loop);
    assert_string_equal(script.trace, "abz");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fibers_take_turns_while_they_sleep),
        cmocka_unit_test(too_many_fibers_are_refused),
        cmocka_unit_test(a_fiber_waits_for_a_descriptor_or_the_time),
        cmocka_unit_test(blocking_work_runs_on_another_thread),
        cmocka_unit_test(every_letter_of_two_threads_arrives),
        cmocka_unit_test(timers_ring_in_order_and_cleared_ones_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
