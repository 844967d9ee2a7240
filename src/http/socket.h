/* Inside of the hub and the WebSocket protocol: a socket's own state. Only the engine includes this.
 *
 * A quiet socket holds this and its connection, under 1 kB; an exchange is taken while a message
 * arrives and its hook runs. */
#ifndef ASTRALFIELD_HTTP_SOCKET_H
#define ASTRALFIELD_HTTP_SOCKET_H

#include "http/connection.h"

enum { REASON_MAX = 120 }; /* bytes of a close reason */

enum opcode {
    OPCODE_CONTINUATION = 0,
    OPCODE_TEXT = 1,
    OPCODE_BINARY = 2,
    OPCODE_CLOSE = 8,
    OPCODE_PING = 9,
    OPCODE_PONG = 10,
};

/* A frame on its way to one loop. */
struct letter {
    struct mail mail;
    struct home *home;
    struct frame *frame;
};

/* A message, framed once and shared by all sockets and loops that send it. */
struct frame {
    _Atomic unsigned references;
    int64_t made_us; /* monotonic */
    size_t len;
    char *bytes;         /* in this allocation, as are the two names and the letters */
    struct slice stream; /* empty: for one socket only */
    struct slice key;    /* ptr NULL: every frame counts */
    struct letter letters[];
};

struct frame_text {
    enum opcode opcode;
    struct slice payload, stream, key;
};

struct outgoing {
    struct outgoing *next;
    struct frame *frame;
};

struct socket {
    struct connection *connection; /* NULL once it has gone */
    struct home *home;
    struct caller caller;
    char address[ADDRESS_TEXT_MAX]; /* of the client when it was opened, as the request had it */
    void *state;                    /* the owner's */
    struct subscription *subscriptions;
    size_t subscription_count;
    struct outgoing *first, *last;
    size_t first_sent;          /* bytes of the first frame that left already */
    size_t unsent;              /* bytes of all frames, less first_sent */
    struct socket *prev, *next; /* in home->dirty */
    int64_t heard_us;           /* monotonic: the last frame from the other side */
    int64_t allowance_us;       /* of the rate limit, see websocket.c */
    bool is_dirty;
    bool is_busy;    /* its message hook runs */
    bool is_orphan;  /* its connection is freed: whoever ends the hook frees it */
    bool is_pinged;  /* and has not been heard since */
    bool is_closing; /* our close frame is queued: nothing more is sent */
    bool is_deaf;    /* nothing more is read: close when all has left */
};

_Static_assert(sizeof(struct socket) <= 512, "a quiet socket stays small");

/* Everything is copied; one reference belongs to the caller. */
struct frame *frame_new(const struct frame_text *text, unsigned letters);
void frame_drop(struct frame *frame);

/* Queues a shared frame, unless the socket is closing; a socket that is too far behind is closed. */
void socket_enqueue(struct socket *socket, struct frame *frame);

/* Queues a frame of its own for this socket. */
void socket_queue(struct socket *socket, enum opcode opcode, struct slice payload);

/* Forgets what was not sent. */
void socket_forget(struct socket *socket);

/* Leaves its streams and forgets what was not sent; called once. */
void socket_detach(struct socket *socket);

/* Tells its owner and frees it; nobody may know it any more. */
void socket_free(struct socket *socket);

#endif
