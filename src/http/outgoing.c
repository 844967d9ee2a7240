/* Frames and a socket's queue of them.
 *
 * A frame is counted by its references and shared by all sockets that send it; a socket's frames leave
 * with one call at the end of the turn. */
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <utlist.h>

#include "base/check.h"
#include "http/socket.h"

enum { FRAME_HEAD_MAX = 10 };

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

struct frame *frame_new(const struct frame_text *text, unsigned letters)
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

void frame_drop(struct frame *frame)
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

void socket_enqueue(struct socket *socket, struct frame *frame)
{
    if (socket->connection == NULL || socket->is_closing || has_fallen_behind(socket, frame->len) ||
        socket->connection == NULL) {
        return;
    }
    enqueue(socket, frame);
}

void socket_queue(struct socket *socket, enum opcode opcode, struct slice payload)
{
    struct frame *frame =
        frame_new(&(struct frame_text){ .opcode = opcode, .payload = payload }, 0);
    socket_enqueue(socket, frame);
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
        frame_new(&(struct frame_text){ .opcode = OPCODE_CLOSE, .payload = text }, 0);
    enqueue(socket, frame);
    frame_drop(frame);
    socket->is_closing = true;
    socket->connection->deadline_us =
        loop_now(socket->home->loop).us + ms_to_us(socket->home->server->limits.socket_close_ms);
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

void socket_forget(struct socket *socket)
{
    forget_frames(socket, false);
    if (socket->is_dirty) {
        socket->is_dirty = false;
        DL_DELETE(socket->home->dirty, socket);
    }
}
