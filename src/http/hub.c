/* Streams and their listeners, frames and their way out.
 *
 * A publication becomes one frame that all loops share by a count of references; each loop gets it as
 * a letter, queues it for its listeners, and writes all of a socket's frames with one call at the end
 * of the turn. */
#include "http/hub.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/check.h"

#define uthash_fatal(message) check_failed(message, __FILE__, __LINE__)
#include <uthash.h>
#include <utlist.h>

#include "http/socket.h"

enum { FRAME_HEAD_MAX = 10, REASON_MAX = 120 };

struct letter {
    struct mail mail;
    struct home *home;
    struct frame *frame;
};

struct frame {
    _Atomic unsigned references;
    size_t len;
    char *bytes;         /* in this allocation, as are the two names and the letters */
    struct slice stream; /* empty: for one socket only */
    struct slice key;    /* ptr NULL: every frame counts */
    struct letter letters[];
};

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

/* ---- frames ---- */

static size_t frame_head(enum opcode opcode, size_t len, unsigned char head[FRAME_HEAD_MAX])
{
    head[0] = (unsigned char)(0x80u | opcode);
    if (len < 126) {
        head[1] = (unsigned char)len;
        return 2;
    }
    size_t width = len < 65536 ? 2 : 8;
    head[1] = width == 2 ? 126 : 127;
    for (size_t i = 0; i < width; i++) {
        head[2 + i] = (unsigned char)(len >> 8 * (width - 1 - i));
    }
    return 2 + width;
}

struct text {
    enum opcode opcode;
    struct slice payload, stream, key;
};

/* One reference belongs to the caller. */
static struct frame *frame_new(const struct text *text, unsigned letters)
{
    unsigned char head[FRAME_HEAD_MAX];
    size_t head_len = frame_head(text->opcode, text->payload.len, head);
    size_t fixed = sizeof(struct frame) + letters * sizeof(struct letter);
    size_t len = head_len + text->payload.len;
    struct frame *frame = malloc(fixed + len + text->stream.len + text->key.len);
    CHECK(frame != NULL);
    char *bytes = (char *)frame + fixed;
    char *stream = bytes + len;
    char *key = stream + text->stream.len;
    memcpy(bytes, head, head_len);
    if (text->payload.len > 0) {
        memcpy(bytes + head_len, text->payload.ptr, text->payload.len);
    }
    if (text->stream.len > 0) {
        memcpy(stream, text->stream.ptr, text->stream.len);
    }
    if (text->key.len > 0) {
        memcpy(key, text->key.ptr, text->key.len);
    }
    frame->len = len;
    frame->bytes = bytes;
    frame->stream = (struct slice){ .ptr = stream, .len = text->stream.len };
    frame->key = (struct slice){ .ptr = text->key.ptr == NULL ? NULL : key, .len = text->key.len };
    atomic_init(&frame->references, 1u);
    return frame;
}

static void frame_drop(struct frame *frame)
{
    if (atomic_fetch_sub_explicit(&frame->references, 1u, memory_order_acq_rel) == 1) {
        free(frame);
    }
}

/* ---- a socket's queue ---- */

static void forget_frames(struct socket *socket, bool is_first_kept)
{
    struct outgoing *outgoing = socket->first;
    socket->first = socket->last = NULL;
    socket->unsent = 0;
    if (outgoing != NULL && is_first_kept) {
        struct outgoing *kept = outgoing;
        outgoing = kept->next;
        kept->next = NULL;
        socket->first = socket->last = kept;
        socket->unsent = kept->frame->len - socket->first_sent;
    }
    while (outgoing != NULL) {
        struct outgoing *next = outgoing->next;
        frame_drop(outgoing->frame);
        free(outgoing);
        outgoing = next;
    }
}

static void enqueue(struct socket *socket, struct frame *frame)
{
    struct outgoing *outgoing = malloc(sizeof(*outgoing));
    CHECK(outgoing != NULL);
    *outgoing = (struct outgoing){ .frame = frame };
    atomic_fetch_add_explicit(&frame->references, 1u, memory_order_relaxed);
    if (socket->last == NULL) {
        socket->first = outgoing;
    } else {
        socket->last->next = outgoing;
    }
    socket->last = outgoing;
    socket->unsent += frame->len;
    if (!socket->is_dirty) {
        socket->is_dirty = true;
        DL_APPEND(socket->home->dirty, socket);
    }
}

/* A reader that is too slow loses everything but the frame that has half left. */
static bool has_fallen_behind(struct socket *socket, size_t more)
{
    size_t max = socket->home->server->limits.socket_unsent_bytes;
    if (socket->unsent + more <= max) {
        return false;
    }
    socket_flush(socket); /* a burst within one turn is nobody's fault */
    if (socket->connection == NULL || socket->unsent + more <= max) {
        return false;
    }
    forget_frames(socket, socket->first_sent > 0);
    hub_close(socket, CLOSE_TRY_LATER, S("fell behind"));
    return true;
}

static void enqueue_checked(struct socket *socket, struct frame *frame)
{
    if (socket->connection == NULL || socket->is_closing ||
        has_fallen_behind(socket, frame->len) || socket->connection == NULL) {
        return;
    }
    enqueue(socket, frame);
}

void socket_queue(struct socket *socket, enum opcode opcode, struct slice payload)
{
    struct frame *frame =
        frame_new(&(struct text){ .opcode = opcode, .payload = payload }, 0);
    enqueue_checked(socket, frame);
    frame_drop(frame);
}

void hub_send(struct socket *socket, struct slice text)
{
    CHECK(socket->home->loop == loop_here());
    socket_queue(socket, OPCODE_TEXT, text);
}

void hub_close(struct socket *socket, unsigned code, struct slice reason)
{
    if (socket->connection == NULL || socket->is_closing) {
        return;
    }
    char payload[2 + REASON_MAX];
    size_t len = reason.len < REASON_MAX ? reason.len : REASON_MAX;
    payload[0] = (char)(code >> 8);
    payload[1] = (char)code;
    if (len > 0) {
        memcpy(payload + 2, reason.ptr, len);
    }
    struct slice text = { .ptr = payload, .len = code == 0 ? 0 : 2 + len };
    struct frame *frame =
        frame_new(&(struct text){ .opcode = OPCODE_CLOSE, .payload = text }, 0);
    enqueue(socket, frame);
    frame_drop(frame);
    socket->is_closing = true;
    socket->connection->deadline_us = loop_now(socket->home->loop).us +
                                      ms_to_us(socket->home->server->limits.socket_close_ms);
}

/* Takes what was written off the queue. */
static void advance_queue(struct socket *socket, size_t written)
{
    socket->unsent -= written;
    while (written > 0) {
        struct outgoing *first = socket->first;
        size_t left = first->frame->len - socket->first_sent;
        if (written < left) {
            socket->first_sent += written;
            return;
        }
        written -= left;
        socket->first_sent = 0;
        socket->first = first->next;
        if (socket->first == NULL) {
            socket->last = NULL;
        }
        frame_drop(first->frame);
        free(first);
    }
}

void socket_flush(struct socket *socket)
{
    if (socket->connection == NULL) {
        return;
    }
    while (socket->first != NULL) {
        struct iovec parts[FRAMES_PER_WRITE];
        size_t count = 0;
        size_t skip = socket->first_sent;
        for (struct outgoing *one = socket->first; one != NULL && count < FRAMES_PER_WRITE;
             one = one->next) {
            parts[count++] = (struct iovec){ .iov_base = one->frame->bytes + skip,
                                             .iov_len = one->frame->len - skip };
            skip = 0;
        }
        struct msghdr message = { .msg_iov = parts, .msg_iovlen = count };
        ssize_t written = sendmsg(socket->connection->watch.fd, &message, MSG_NOSIGNAL);
        if (written < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                connection_close(socket->connection);
            }
            return; /* EPOLLOUT brings us back */
        }
        advance_queue(socket, (size_t)written);
    }
    if (socket->is_deaf) {
        connection_linger(socket->connection);
    }
}

void sockets_flush(struct home *home)
{
    while (home->dirty != NULL) {
        struct socket *socket = home->dirty;
        DL_DELETE(home->dirty, socket);
        socket->is_dirty = false;
        socket_flush(socket);
    }
}

void socket_detach(struct socket *socket)
{
    while (socket->subscriptions != NULL) {
        struct topic *topic = socket->subscriptions->topic;
        hub_unsubscribe(socket, (struct slice){ .ptr = topic->name, .len = topic->name_len });
    }
    forget_frames(socket, false);
    if (socket->is_dirty) {
        socket->is_dirty = false;
        DL_DELETE(socket->home->dirty, socket);
    }
}

/* ---- who listens ---- */

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
    *subscription = (struct subscription){ .socket = socket,
                                           .topic = topic,
                                           .also = socket->subscriptions };
    socket->subscriptions = subscription;
    socket->subscription_count++;
    DL_APPEND(topic->listeners, subscription);
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
        enqueue_checked(listener->socket, frame);
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
    }
    frame_drop(frame);
}

static void publish(struct server *server, const struct text *text)
{
    CHECK(text->stream.len <= STREAM_NAME_MAX);
    struct frame *frame = frame_new(text, server->loops);
    atomic_store_explicit(&frame->references, server->loops, memory_order_relaxed);
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
    publish(server, &(struct text){ .opcode = OPCODE_TEXT, .payload = text, .stream = stream });
}

void hub_publish_latest(struct server *server, struct slice stream, struct slice key,
                        struct slice text)
{
    publish(server, &(struct text){ .opcode = OPCODE_TEXT,
                                    .payload = text,
                                    .stream = stream,
                                    .key = key.ptr == NULL ? S("") : key });
}

/* ---- closing those of a user ---- */

struct farewell {
    struct mail mail;
    struct home *home;
    int64_t user_id;
    unsigned code;
    size_t reason_len;
    char reason[REASON_MAX];
};

static void deliver_farewell(struct mail *mail)
{
    struct farewell *farewell = OUTER_OF(mail, struct farewell, mail);
    struct connection *connection = NULL;
    struct connection *next = NULL;
    DL_FOREACH_SAFE(farewell->home->connections, connection, next)
    {
        struct socket *socket = connection->socket;
        if (socket != NULL &&
            (farewell->user_id == 0 || socket->caller.user_id == farewell->user_id)) {
            hub_close(socket, farewell->code,
                      (struct slice){ .ptr = farewell->reason, .len = farewell->reason_len });
        }
    }
    free(farewell);
}

void hub_close_user(struct server *server, int64_t user_id, unsigned code, struct slice reason)
{
    for (unsigned i = 0; i < server->loops; i++) {
        struct farewell *farewell = malloc(sizeof(*farewell));
        CHECK(farewell != NULL);
        *farewell = (struct farewell){ .mail.deliver = deliver_farewell,
                                       .home = &server->homes[i],
                                       .user_id = user_id,
                                       .code = code,
                                       .reason_len =
                                           reason.len < REASON_MAX ? reason.len : REASON_MAX };
        memcpy(farewell->reason, reason.ptr, farewell->reason_len);
        loop_post(server->homes[i].loop, &farewell->mail);
    }
}
