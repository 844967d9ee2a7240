/* Streams and their listeners.
 *
 * A publication becomes one frame that all loops share; each gets it as a letter and queues it for its
 * listeners. */
#include "http/hub.h"

#include <stdlib.h>

#include "base/check.h"

#define uthash_fatal(message) check_failed(message, __FILE__, __LINE__)
#include <uthash.h>
#include <utlist.h>

#include "http/socket.h"

struct pending {
    struct pending *next;
    struct frame *frame;
};

struct subscription {
    struct subscription *prev, *next; /* of the topic */
    struct subscription *also;        /* of the socket */
    struct socket *socket;
    struct topic *topic;
};

/* A stream somebody on this loop listens to. */
struct topic {
    UT_hash_handle hh;
    struct subscription *listeners;
    struct pending *pending; /* newest frame of each key */
    size_t pending_count;
    int64_t latest_us; /* when the last of them left */
    struct topic *latest_next;
    bool is_latest; /* is in home->latest */
    size_t name_len;
    char name[];
};

/* ---- who listens ---- */

static enum channel channel_of(struct slice name)
{
    return slice_eq(name, S("nfl"))           ? CHANNEL_NFL
           : slice_starts(name, S("league:")) ? CHANNEL_LEAGUE
           : slice_starts(name, S("public:")) ? CHANNEL_PUBLIC
                                              : CHANNEL_OTHER;
}

static void count_listener(struct home *home, struct slice stream, bool is_new)
{
    _Atomic unsigned *count = &home->socket_meters.subscriptions[channel_of(stream)];
    unsigned now = atomic_load_explicit(count, memory_order_relaxed);
    atomic_store_explicit(count, is_new ? now + 1 : now - 1, memory_order_relaxed);
}

static struct topic *topic_find(struct home *home, struct slice name)
{
    struct topic *topic = NULL;
    HASH_FIND(hh, home->topics, name.ptr, name.len, topic);
    return topic;
}

static struct topic *topic_make(struct home *home, struct slice name)
{
    struct topic *topic = calloc(1, sizeof(*topic) + name.len);
    CHECK(topic != NULL);
    memcpy(topic->name, name.ptr, name.len);
    topic->name_len = name.len;
    HASH_ADD_KEYPTR(hh, home->topics, topic->name, topic->name_len, topic);
    return topic;
}

static void topic_drop_pending(struct topic *topic)
{
    while (topic->pending != NULL) {
        struct pending *pending = topic->pending;
        topic->pending = pending->next;
        frame_drop(pending->frame);
        free(pending);
    }
    topic->pending_count = 0;
}

static void topic_free(struct home *home, struct topic *topic)
{
    if (topic->is_latest) {
        LL_DELETE2(home->latest, topic, latest_next);
    }
    topic_drop_pending(topic);
    HASH_DEL(home->topics, topic);
    free(topic);
}

void socket_detach(struct socket *socket)
{
    while (socket->subscriptions != NULL) {
        struct topic *topic = socket->subscriptions->topic;
        hub_unsubscribe(socket, (struct slice){ .ptr = topic->name, .len = topic->name_len });
    }
    socket_forget(socket);
}

enum error hub_subscribe(struct socket *socket, struct slice stream)
{
    struct home *home = socket->home;
    CHECK(home->loop == loop_here());
    if (stream.len == 0 || stream.len > STREAM_NAME_MAX) {
        return E_INVALID;
    }
    struct topic *topic = topic_find(home, stream);
    for (struct subscription *own = socket->subscriptions; own != NULL; own = own->also) {
        if (own->topic == topic) {
            return OK;
        }
    }
    if (socket->subscription_count >= SUBSCRIPTIONS_MAX) {
        return E_OVERLOADED;
    }
    if (socket->connection == NULL) {
        return OK; /* it left while its hook ran */
    }
    if (topic == NULL) {
        topic = topic_make(home, stream);
    }
    struct subscription *subscription = malloc(sizeof(*subscription));
    CHECK(subscription != NULL);
    *subscription =
        (struct subscription){ .socket = socket, .topic = topic, .also = socket->subscriptions };
    socket->subscriptions = subscription;
    socket->subscription_count++;
    DL_APPEND(topic->listeners, subscription);
    count_listener(home, stream, true);
    return OK;
}

void hub_unsubscribe(struct socket *socket, struct slice stream)
{
    struct topic *topic = topic_find(socket->home, stream);
    struct subscription **at = &socket->subscriptions;
    while (*at != NULL && (*at)->topic != topic) {
        at = &(*at)->also;
    }
    struct subscription *subscription = *at;
    if (subscription == NULL) {
        return;
    }
    *at = subscription->also;
    socket->subscription_count--;
    count_listener(socket->home, stream, false);
    DL_DELETE(topic->listeners, subscription);
    free(subscription);
    if (topic->listeners == NULL) {
        topic_free(socket->home, topic);
    }
}

/* ---- publishing ---- */

static void send_to_listeners(struct topic *topic, struct frame *frame)
{
    struct subscription *listener = NULL;
    struct subscription *next = NULL;
    /* A socket that is closed meanwhile may take the topic with it: the last one's next is NULL. */
    DL_FOREACH_SAFE(topic->listeners, listener, next)
    {
        meter_add(&listener->socket->home->socket_meters.frames, frame->len);
        socket_enqueue(listener->socket, frame);
    }
}

static void send_pending(struct home *home, struct topic *topic)
{
    topic->latest_us = loop_now(home->loop).us;
    struct pending *pending = topic->pending;
    topic->pending = NULL;
    topic->pending_count = 0;
    /* The name outlives the topic, which may go with its last listener. */
    char name[STREAM_NAME_MAX];
    size_t name_len = topic->name_len;
    memcpy(name, topic->name, name_len);
    while (pending != NULL) {
        struct pending *next = pending->next;
        struct topic *still = topic_find(home, (struct slice){ .ptr = name, .len = name_len });
        if (still != NULL) {
            send_to_listeners(still, pending->frame);
        }
        frame_drop(pending->frame);
        free(pending);
        pending = next;
    }
}

static int64_t latest_due_us(const struct home *home, const struct topic *topic)
{
    return topic->latest_us + ms_to_us(home->server->limits.latest_ms);
}

/* The first topic whose time has come; else NULL and when the next one's comes. */
static struct topic *latest_due(struct home *home, int64_t now_us, int64_t *ret_next_us)
{
    int64_t next_us = INT64_MAX;
    struct topic *topic = NULL;
    LL_FOREACH2(home->latest, topic, latest_next)
    {
        int64_t due_us = latest_due_us(home, topic);
        if (due_us <= now_us) {
            return topic;
        }
        next_us = due_us < next_us ? due_us : next_us;
    }
    *ret_next_us = next_us;
    return NULL;
}

void hub_latest_expired(struct timer *timer)
{
    struct home *home = OUTER_OF(timer, struct home, latest_timer);
    int64_t now_us = loop_now(home->loop).us;
    int64_t next_us = INT64_MAX;
    /* Sending may close sockets and free topics, so the list is read anew each time. */
    for (struct topic *topic = latest_due(home, now_us, &next_us); topic != NULL;
         topic = latest_due(home, now_us, &next_us)) {
        LL_DELETE2(home->latest, topic, latest_next);
        topic->is_latest = false;
        send_pending(home, topic);
    }
    if (home->latest != NULL) {
        timer_set(home->loop, timer, next_us - now_us);
    }
}

static void publish_latest(struct home *home, struct topic *topic, struct frame *frame)
{
    int64_t now_us = loop_now(home->loop).us;
    int64_t due_us = latest_due_us(home, topic);
    bool is_full = topic->pending_count >= LATEST_KEYS_MAX;
    if (topic->pending == NULL && (topic->latest_us == 0 || now_us >= due_us)) {
        topic->latest_us = now_us;
        send_to_listeners(topic, frame);
        return;
    }
    struct pending **at = &topic->pending;
    while (*at != NULL && !slice_eq((*at)->frame->key, frame->key)) {
        at = &(*at)->next;
    }
    if (*at == NULL) {
        *at = calloc(1, sizeof(**at));
        CHECK(*at != NULL);
        topic->pending_count++;
    } else {
        frame_drop((*at)->frame);
    }
    (*at)->frame = frame;
    atomic_fetch_add_explicit(&frame->references, 1u, memory_order_relaxed);
    if (is_full) {
        send_pending(home, topic);
    } else if (!topic->is_latest) {
        topic->is_latest = true;
        LL_PREPEND2(home->latest, topic, latest_next);
        if (home->latest_timer.heap_index == 0 || home->latest_timer.at.us > due_us) {
            timer_set(home->loop, &home->latest_timer, due_us - now_us);
        }
    }
}

static void deliver_letter(struct mail *mail)
{
    struct letter *letter = OUTER_OF(mail, struct letter, mail);
    struct frame *frame = letter->frame;
    struct topic *topic = topic_find(letter->home, frame->stream);
    if (topic != NULL && frame->key.ptr != NULL) {
        publish_latest(letter->home, topic, frame);
    } else if (topic != NULL) {
        send_to_listeners(topic, frame);
        timing_add(&letter->home->socket_meters.delivery, mono_now().us - frame->made_us);
    }
    frame_drop(frame);
}

static void publish(struct server *server, const struct frame_text *text)
{
    CHECK(text->stream.len <= STREAM_NAME_MAX);
    struct frame *frame = frame_new(text, server->loops);
    atomic_store_explicit(&frame->references, server->loops, memory_order_relaxed);
    frame->made_us = mono_now().us;
    for (unsigned i = 0; i < server->loops; i++) {
        frame->letters[i] = (struct letter){ .mail.deliver = deliver_letter,
                                             .home = &server->homes[i],
                                             .frame = frame };
    }
    for (unsigned i = 0; i < server->loops; i++) {
        loop_post(server->homes[i].loop, &frame->letters[i].mail);
    }
}

void hub_publish(struct server *server, struct slice stream, struct slice text)
{
    publish(server,
            &(struct frame_text){ .opcode = OPCODE_TEXT, .payload = text, .stream = stream });
}

void hub_publish_latest(struct server *server, struct slice stream, struct slice key,
                        struct slice text)
{
    publish(server, &(struct frame_text){ .opcode = OPCODE_TEXT,
                                          .payload = text,
                                          .stream = stream,
                                          .key = key.ptr == NULL ? S("") : key });
}

/* ---- closing some ---- */

struct farewell {
    struct mail mail;
    struct home *home;
    struct hub_whom whom;
    unsigned code;
    size_t reason_len;
    char reason[REASON_MAX];
    char stream[STREAM_NAME_MAX];
};

static bool listens(const struct socket *socket, struct slice stream)
{
    for (const struct subscription *own = socket->subscriptions; own != NULL; own = own->also) {
        if (slice_eq((struct slice){ own->topic->name, own->topic->name_len }, stream)) {
            return true;
        }
    }
    return false;
}

static bool is_whom(const struct socket *socket, const struct hub_whom *whom)
{
    const struct caller *caller = &socket->caller;
    if (whom->session_id != 0 &&
        (caller->kind != whom->kind || caller->session_id != whom->session_id)) {
        return false;
    }
    if (whom->user_id != 0 && caller->user_id != whom->user_id) {
        return false;
    }
    if (whom->is_meant != NULL && !whom->is_meant(slice_from(socket->address))) {
        return false;
    }
    return whom->stream.len == 0 || listens(socket, whom->stream);
}

static void deliver_farewell(struct mail *mail)
{
    struct farewell *farewell = OUTER_OF(mail, struct farewell, mail);
    struct connection *connection = NULL;
    struct connection *next = NULL;
    DL_FOREACH_SAFE(farewell->home->connections, connection, next)
    {
        struct socket *socket = connection->socket;
        if (socket != NULL && is_whom(socket, &farewell->whom)) {
            hub_close(socket, farewell->code,
                      (struct slice){ .ptr = farewell->reason, .len = farewell->reason_len });
        }
    }
    free(farewell);
}

void hub_close_some(struct server *server, const struct hub_whom *whom, unsigned code,
                    struct slice reason)
{
    CHECK(whom->stream.len <= STREAM_NAME_MAX);
    for (unsigned i = 0; i < server->loops; i++) {
        struct farewell *farewell = malloc(sizeof(*farewell));
        CHECK(farewell != NULL);
        *farewell =
            (struct farewell){ .mail.deliver = deliver_farewell,
                               .home = &server->homes[i],
                               .whom = *whom,
                               .code = code,
                               .reason_len = reason.len < REASON_MAX ? reason.len : REASON_MAX };
        memcpy(farewell->reason, reason.ptr, farewell->reason_len);
        if (whom->stream.len > 0) {
            memcpy(farewell->stream, whom->stream.ptr, whom->stream.len);
        }
        farewell->whom.stream = (struct slice){ farewell->stream, whom->stream.len };
        loop_post(server->homes[i].loop, &farewell->mail);
    }
}

void hub_close_user(struct server *server, int64_t user_id, unsigned code, struct slice reason)
{
    hub_close_some(server, &(struct hub_whom){ .user_id = user_id }, code, reason);
}
