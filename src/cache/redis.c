#include "cache/redis.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include <hiredis/async.h>

#include "base/check.h"
#include "base/log.h"
#include "run/fiber.h"

enum { REDIS_TIMEOUT_US = 250 * 1000, REDIS_RETRY_US = 500 * 1000, REDIS_ARGUMENTS_MAX = 6 };

struct redis_loop;

/* One connection. Redis answers each in the order asked, so several only keep a long answer from standing
 * before the short ones. */
struct redis_link {
    struct redis_loop *redis;
    redisAsyncContext *context; /* NULL while down */
    struct watch watch;
    uint32_t events;
    struct timer retry;
    bool is_up;
    bool is_wanted;
};

struct redis_loop {
    struct loop *loop;
    char host[108]; /* or the path of a Unix socket */
    int port;       /* 0 = Unix socket */
    bool has_server;
    bool is_stopping;
    unsigned next; /* whose turn it is */
    struct redis_link links[REDIS_LINKS_MAX];
};

/* One command's wait. It outlives its fiber's time-out until Redis answers or is lost. */
struct call {
    struct fiber *fiber; /* NULL after a time-out */
    struct timer timer;
    struct arena *arena;
    bool is_done, is_timed_out, is_answered, is_nil, is_error;
    bool is_over;      /* the reply has come, or the connection was lost */
    bool is_abandoned; /* the fiber has gone: whoever gets the reply frees the call */
    int64_t number, second;
    struct slice text;
};

static void connect_now(struct redis_link *link);

/* ---- hiredis on our epoll ---- */

static void watch_events(struct redis_link *link, uint32_t events)
{
    if (link->events == events) {
        return;
    }
    link->events = events;
    if (loop_watch(link->redis->loop, &link->watch, events) != OK) {
        log_line(LOG_ERROR, "redis_watch_failed", "fd=%d", link->watch.fd);
    }
}

static void add_read(void *thing)
{
    struct redis_link *link = thing;
    watch_events(link, link->events | EPOLLIN);
}

static void del_read(void *thing)
{
    struct redis_link *link = thing;
    watch_events(link, link->events & ~(uint32_t)EPOLLIN);
}

static void add_write(void *thing)
{
    struct redis_link *link = thing;
    watch_events(link, link->events | EPOLLOUT);
}

static void del_write(void *thing)
{
    struct redis_link *link = thing;
    watch_events(link, link->events & ~(uint32_t)EPOLLOUT);
}

static void cleanup(void *thing)
{
    struct redis_link *link = thing;
    loop_unwatch(link->redis->loop, &link->watch);
    link->watch.fd = -1;
    link->events = 0;
}

static void socket_ready(struct watch *watch, uint32_t events)
{
    struct redis_link *link =
        (struct redis_link *)((char *)watch - offsetof(struct redis_link, watch));
    if (link->context != NULL && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0) {
        redisAsyncHandleWrite(link->context);
    }
    if (link->context != NULL && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        redisAsyncHandleRead(link->context);
    }
}

static void lost(struct redis_link *link)
{
    if (link->is_up && !link->redis->is_stopping && link->is_wanted) {
        log_line(LOG_WARN, "redis_lost", "loop=%u", loop_index(link->redis->loop));
    }
    link->is_up = false;
    link->context = NULL;
    if (!link->redis->is_stopping && link->is_wanted) {
        timer_set(link->redis->loop, &link->retry, REDIS_RETRY_US);
    }
}

static void connected(const redisAsyncContext *context, int status)
{
    struct redis_link *link = context->data;
    if (status != REDIS_OK) {
        lost(link); /* hiredis frees the context itself */
        return;
    }
    link->is_up = true;
}

static void disconnected(const redisAsyncContext *context, int status)
{
    (void)status;
    lost(context->data);
}

static void connect_now(struct redis_link *link)
{
    redisAsyncContext *context = link->redis->port == 0
                                     ? redisAsyncConnectUnix(link->redis->host)
                                     : redisAsyncConnect(link->redis->host, link->redis->port);
    if (context == NULL || context->err != 0) {
        if (context != NULL) {
            redisAsyncFree(context);
        }
        lost(link);
        return;
    }
    link->context = context;
    link->watch = (struct watch){ .fd = context->c.fd, .ready = socket_ready };
    context->data = link;
    context->ev.data = link;
    context->ev.addRead = add_read;
    context->ev.delRead = del_read;
    context->ev.addWrite = add_write;
    context->ev.delWrite = del_write;
    context->ev.cleanup = cleanup;
    redisAsyncSetConnectCallback(context, connected);
    redisAsyncSetDisconnectCallback(context, disconnected);
}

static void retry(struct timer *timer)
{
    connect_now((struct redis_link *)((char *)timer - offsetof(struct redis_link, retry)));
}

static enum error parse_url(struct redis_loop *redis, struct slice url)
{
    if (slice_starts(url, S("unix:"))) {
        url = slice_from_to(url, 5, url.len);
    } else {
        if (slice_starts(url, S("redis://"))) {
            url = slice_from_to(url, 8, url.len);
        }
        url.len = slice_find(url, '/', 0);
        struct slice port = url;
        struct slice host = slice_cut(&port, ':');
        int64_t number = 6379;
        if (port.ptr != NULL) {
            TRY(slice_to_int(port, &number));
        }
        redis->port = (int)number;
        url = host;
    }
    if (url.len == 0 || url.len >= sizeof(redis->host)) {
        return E_INVALID;
    }
    memcpy(redis->host, url.ptr, url.len);
    return OK;
}

/* Says goodbye when what was asked is answered; one that is only being made goes at once. */
static void part(struct redis_link *link)
{
    redisAsyncContext *context = link->context;
    bool was_up = link->is_up;
    link->is_up = false;
    if (context == NULL) {
        return;
    }
    if (was_up) {
        redisAsyncDisconnect(context); /* `disconnected` follows, now or with the last reply */
    } else {
        link->context = NULL;
        redisAsyncFree(context);
    }
}

static void resize(struct redis_loop *redis, unsigned count)
{
    for (unsigned i = 0; i < REDIS_LINKS_MAX; i++) {
        struct redis_link *link = &redis->links[i];
        bool was_wanted = link->is_wanted;
        link->is_wanted = i < count;
        if (link->is_wanted && !was_wanted) {
            timer_clear(redis->loop, &link->retry);
            if (link->context == NULL) {
                connect_now(link);
            }
        } else if (was_wanted && !link->is_wanted) {
            timer_clear(redis->loop, &link->retry);
            part(link);
        }
    }
}

enum error redis_loop_start(struct loop *loop, struct slice url)
{
    struct redis_loop *redis = calloc(1, sizeof(*redis));
    CHECK(redis != NULL);
    *redis = (struct redis_loop){ .loop = loop, .has_server = url.len > 0 };
    for (unsigned i = 0; i < REDIS_LINKS_MAX; i++) {
        redis->links[i] =
            (struct redis_link){ .redis = redis, .watch.fd = -1, .retry.expired = retry };
    }
    loop_slot_set(loop, LOOP_SLOT_CACHE, redis);
    if (url.len == 0) {
        return OK;
    }
    TRY(parse_url(redis, url));
    resize(redis, 1);
    return OK;
}

/* ---- more of them, or fewer ---- */

struct resizing {
    struct mail mail;
    struct loop *loop;
    unsigned count;
};

static void deliver_resizing(struct mail *mail)
{
    struct resizing *resizing = (struct resizing *)((char *)mail - offsetof(struct resizing, mail));
    struct redis_loop *redis = loop_slot(resizing->loop, LOOP_SLOT_CACHE);
    if (redis != NULL && !redis->is_stopping && redis->has_server) {
        resize(redis, resizing->count);
    }
    free(resizing);
}

void redis_tune(struct loop *loop, unsigned count)
{
    CHECK(count >= 1 && count <= REDIS_LINKS_MAX);
    struct resizing *resizing = malloc(sizeof(*resizing));
    CHECK(resizing != NULL);
    *resizing = (struct resizing){ .mail.deliver = deliver_resizing, .loop = loop, .count = count };
    loop_post(loop, &resizing->mail);
}

void redis_loop_stop(struct loop *loop)
{
    struct redis_loop *redis = loop_slot(loop, LOOP_SLOT_CACHE);
    if (redis == NULL) {
        return;
    }
    redis->is_stopping = true;
    for (unsigned i = 0; i < REDIS_LINKS_MAX; i++) {
        timer_clear(loop, &redis->links[i].retry);
        if (redis->links[i].context != NULL) {
            redisAsyncFree(redis->links[i].context); /* answers every waiting call with NULL */
        }
    }
    loop_slot_set(loop, LOOP_SLOT_CACHE, NULL);
    free(redis);
}

static struct redis_loop *redis_here(void)
{
    struct loop *loop = loop_here();
    return loop == NULL ? NULL : loop_slot(loop, LOOP_SLOT_CACHE);
}

/* One that is up, each in its turn; NULL when none is. */
static struct redis_link *link_up(struct redis_loop *redis)
{
    for (unsigned i = 0; i < REDIS_LINKS_MAX; i++) {
        struct redis_link *link = &redis->links[(redis->next + i) % REDIS_LINKS_MAX];
        if (link->is_up && link->is_wanted) {
            redis->next = (redis->next + i + 1) % REDIS_LINKS_MAX;
            return link;
        }
    }
    return NULL;
}

bool redis_is_up(void)
{
    struct redis_loop *redis = redis_here();
    return redis != NULL && link_up(redis) != NULL;
}

/* ---- calls ---- */

static void answered(redisAsyncContext *context, void *answer, void *thing)
{
    (void)context;
    struct call *call = thing;
    const redisReply *reply = answer;
    if (call->is_abandoned) {
        free(call); /* nobody waits any more */
        return;
    }
    call->is_over = true; /* the fiber may not have noticed yet that its time is over */
    call->is_done = true;
    call->is_answered = reply != NULL;
    if (reply != NULL) {
        call->is_nil = reply->type == REDIS_REPLY_NIL;
        call->is_error = reply->type == REDIS_REPLY_ERROR;
        call->number = reply->integer;
        if (reply->type == REDIS_REPLY_STRING && call->arena != NULL) {
            call->text = arena_copy(call->arena, (struct slice){ reply->str, reply->len });
        }
        if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2) {
            call->number = reply->element[0]->integer;
            call->second = reply->element[1]->integer;
        }
    }
    fiber_wake(call->fiber);
}

static void timed_out(struct timer *timer)
{
    struct call *call = (struct call *)((char *)timer - offsetof(struct call, timer));
    if (!call->is_done) {
        call->is_done = true;
        call->is_timed_out = true;
        fiber_wake(call->fiber);
    }
}

/* Sends a command and waits. On OK the caller frees *ret_call. */
static enum error run(struct arena *arena, const struct slice *words, int count,
                      struct call **ret_call)
{
    struct redis_loop *redis = redis_here();
    struct redis_link *link = redis == NULL ? NULL : link_up(redis);
    if (link == NULL) {
        return E_UNAVAILABLE;
    }
    const char *argv[REDIS_ARGUMENTS_MAX];
    size_t lens[REDIS_ARGUMENTS_MAX];
    for (int i = 0; i < count; i++) {
        argv[i] = words[i].ptr;
        lens[i] = words[i].len;
    }
    struct call *call = calloc(1, sizeof(*call));
    CHECK(call != NULL);
    *call = (struct call){ .fiber = fiber_here(), .timer.expired = timed_out, .arena = arena };
    if (redisAsyncCommandArgv(link->context, answered, call, count, argv, lens) != REDIS_OK) {
        free(call);
        return E_UNAVAILABLE;
    }
    timer_set(redis->loop, &call->timer, REDIS_TIMEOUT_US);
    while (!call->is_done) {
        fiber_suspend();
    }
    timer_clear(redis->loop, &call->timer);
    if (!call->is_over) {
        call->is_abandoned = true; /* `answered` frees the call later */
        return E_UNAVAILABLE;
    }
    if (!call->is_answered || call->is_error) {
        free(call);
        return E_UNAVAILABLE;
    }
    *ret_call = call;
    return OK;
}

enum error redis_get(struct arena *arena, struct slice key, struct slice *ret_value)
{
    struct call *call = NULL;
    TRY(run(arena, (struct slice[]){ S("GET"), key }, 2, &call));
    bool is_there = !call->is_nil;
    struct slice value = call->text;
    free(call);
    if (!is_there) {
        return E_NOT_FOUND;
    }
    *ret_value = value;
    return OK;
}

enum error redis_set(struct slice key, struct slice value, int64_t ttl_s)
{
    char ttl[24];
    int len = snprintf(ttl, sizeof(ttl), "%lld", (long long)ttl_s);
    struct call *call = NULL;
    TRY(run(NULL, (struct slice[]){ S("SET"), key, value, S("EX"), { ttl, (size_t)len } }, 5,
            &call));
    free(call);
    return OK;
}

enum error redis_delete(struct slice key)
{
    struct call *call = NULL;
    TRY(run(NULL, (struct slice[]){ S("DEL"), key }, 2, &call));
    free(call);
    return OK;
}

enum error redis_count(struct slice key, int64_t ttl_s, int64_t *ret_count, int64_t *ret_left_s)
{
    /* One round trip, and no counter without an end: a script is atomic. */
    static const struct slice script =
        S_INIT("local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('EXPIRE', KEYS[1], "
               "ARGV[1]) end return {n, redis.call('TTL', KEYS[1])}");
    char ttl[24];
    int len = snprintf(ttl, sizeof(ttl), "%lld", (long long)ttl_s);
    struct call *call = NULL;
    TRY(run(NULL, (struct slice[]){ S("EVAL"), script, S("1"), key, { ttl, (size_t)len } }, 5,
            &call));
    *ret_count = call->number;
    *ret_left_s = call->second;
    free(call);
    return OK;
}

enum error redis_info(struct arena *arena, struct slice *ret_text)
{
    struct call *call = NULL;
    TRY(run(arena, (struct slice[]){ S("INFO") }, 1, &call));
    *ret_text = call->text;
    free(call);
    return ret_text->len > 0 ? OK : E_UNAVAILABLE;
}

enum error redis_ping(void)
{
    struct call *call = NULL;
    TRY(run(NULL, (struct slice[]){ S("PING") }, 1, &call));
    free(call);
    return OK;
}
