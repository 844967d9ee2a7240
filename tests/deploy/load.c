/* Clients that a deploy must not notice:
 *
 *   deploy-load PORT RATE CONNECTIONS PATH SOCKETS STREAM
 *
 * Sends RATE requests a second (open loop: a request is due whether or not the one before was answered)
 * over CONNECTIONS connections, and keeps SOCKETS WebSockets on STREAM. A connection that the server ends
 * politely (Connection: close) is made again; a request that gets no whole answer with 200 is a failure.
 * A socket that is told 1012 comes back within 2 s and resumes from the last number it has; a number
 * that never comes is a lost event. Ends at the end of standard input and prints one JSON object.
 * SOCKETS 0 and STREAM "-": requests alone. One thread. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/meter.h"
#include "base/random.h"
#include "base/slice.h"
#include "base/time.h"

enum {
    INPUT_BYTES = 32 * 1024,
    PEERS_MAX = 20000,
    BATCH = 256,
    ANSWER_US = 10 * 1000000, /* a request that takes longer failed */
    BACK_US = 2 * 1000000,    /* within which a socket comes back */
    QUEUE_MAX = 100000,
    WHY_MAX = 8,
    MISSING_MAX = 64,
};

enum state { STATE_AWAY, STATE_CONNECTING, STATE_READY, STATE_WAITING };

struct peer {
    int fd; /* -1 = none */
    enum state state;
    bool is_socket, is_closing, was_used;
    int64_t due_us;  /* of the request that waits for its answer */
    int64_t sent_us; /* and when it left */
    int64_t back_at; /* when a socket tries again */
    int64_t lost_at; /* when it was told to go; 0 = it is there */
    int64_t seq;     /* the last number it has; 0 = none yet */
    size_t filled;
    size_t missing_count;
    int64_t missing[MISSING_MAX]; /* numbers that were jumped over and may still come */
    char input[INPUT_BYTES];
};

static struct load {
    int epoll;
    struct sockaddr_in server;
    int64_t rate, connections, sockets;
    const char *path, *stream;
    struct peer *peers;
    int64_t sent, skipped, answered, failed, late, reconnects, lost_events, events, returns,
        bad_closes, overtaken;
    int64_t began_us, scheduled;
    size_t whys;
    char why[WHY_MAX][120];
    struct timing latency, back;
    struct rng rng;
} load;

static void fail(const char *what, int number)
{
    load.failed++;
    if (load.whys < WHY_MAX) {
        snprintf(load.why[load.whys++], sizeof(load.why[0]), "%s %d", what, number);
    }
}

static bool contains(struct slice text, struct slice wanted)
{
    return memmem(text.ptr, text.len, wanted.ptr, wanted.len) != NULL;
}

static int64_t number_after(struct slice text, struct slice name)
{
    const char *at = memmem(text.ptr, text.len, name.ptr, name.len);
    int64_t value = -1;
    if (at == NULL) {
        return -1;
    }
    size_t from = (size_t)(at - text.ptr) + name.len;
    while (from < text.len && (text.ptr[from] == ' ' || text.ptr[from] == ':')) {
        from++;
    }
    size_t to = from;
    while (to < text.len && text.ptr[to] >= '0' && text.ptr[to] <= '9') {
        to++;
    }
    return slice_to_int(slice_from_to(text, from, to), &value) == OK ? value : -1;
}

/* ---- connections ---- */

static void hang_up(struct peer *peer)
{
    if (peer->fd >= 0) {
        close(peer->fd);
    }
    peer->fd = -1;
    peer->state = STATE_AWAY;
    peer->filled = 0;
    peer->was_used = peer->is_closing = false;
}

static void dial(struct peer *peer)
{
    int one = 1;
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CHECK(peer->fd >= 0);
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    peer->state = STATE_CONNECTING;
    load.reconnects++;
    if (connect(peer->fd, (const struct sockaddr *)&load.server, sizeof(load.server)) != 0 &&
        errno != EINPROGRESS) {
        fail("connect", errno);
        hang_up(peer);
        return;
    }
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT, .data.ptr = peer };
    CHECK(epoll_ctl(load.epoll, EPOLL_CTL_ADD, peer->fd, &event) == 0);
}

static bool send_text(struct peer *peer, struct slice text)
{
    return send(peer->fd, text.ptr, text.len, MSG_NOSIGNAL) == (ssize_t)text.len;
}

static void send_request(struct peer *peer)
{
    char text[512];
    int len = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n",
                       load.path, ntohs(load.server.sin_port));
    peer->state = STATE_WAITING;
    peer->sent_us = mono_now().us;
    load.sent++;
    if (!send_text(peer, (struct slice){ .ptr = text, .len = (size_t)len })) {
        fail("send", errno);
        hang_up(peer);
    }
}

static void send_upgrade(struct peer *peer)
{
    char text[512];
    int len = snprintf(text, sizeof(text),
                       "GET /api/socket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\n"
                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
                       ntohs(load.server.sin_port));
    peer->state = STATE_WAITING;
    if (!send_text(peer, (struct slice){ .ptr = text, .len = (size_t)len })) {
        fail("upgrade", errno);
        hang_up(peer);
    }
}

static void connected(struct peer *peer)
{
    int error = 0;
    socklen_t len = sizeof(error);
    getsockopt(peer->fd, SOL_SOCKET, SO_ERROR, &error, &len);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };
    CHECK(epoll_ctl(load.epoll, EPOLL_CTL_MOD, peer->fd, &event) == 0);
    if (error != 0) {
        fail("connect", error);
        hang_up(peer);
        return;
    }
    peer->state = STATE_READY;
    if (peer->is_socket) {
        send_upgrade(peer);
    }
}

/* ---- answers to requests ---- */

/* Its length when it is whole; 0 otherwise. */
static size_t whole_answer(struct slice input)
{
    const char *end = memmem(input.ptr, input.len, "\r\n\r\n", 4);
    if (end == NULL) {
        return 0;
    }
    size_t head = (size_t)(end - input.ptr) + 4;
    int64_t body = number_after(slice_from_to(input, 0, head), S("Content-Length:"));
    body = body < 0 ? number_after(slice_from_to(input, 0, head), S("content-length:")) : body;
    CHECK(body >= 0);
    return input.len >= head + (size_t)body ? head + (size_t)body : 0;
}

static void read_answer(struct peer *peer, int64_t now_us)
{
    struct slice input = { .ptr = peer->input, .len = peer->filled };
    size_t len = whole_answer(input);
    if (len == 0) {
        return;
    }
    int64_t status = number_after(slice_from_to(input, 0, 13), S("HTTP/1.1 "));
    if (status != 200) {
        fail("status", (int)status);
    } else {
        load.answered++;
    }
    timing_add(&load.latency, now_us - peer->due_us);
    struct slice head = slice_from_to(input, 0, len);
    bool is_last = contains(head, S("Connection: close")) || contains(head, S("connection: close"));
    peer->filled = 0;
    peer->was_used = true;
    peer->state = STATE_READY;
    if (is_last) {
        hang_up(peer);
    }
}

/* ---- sockets ---- */

static void subscribe(struct peer *peer)
{
    char text[125];
    char frame[6 + 125];
    int len = peer->seq > 0 ? snprintf(text, sizeof(text), "{\"subscribe\":\"%s\",\"from\":%lld}",
                                       load.stream, (long long)peer->seq)
                            : snprintf(text, sizeof(text), "{\"subscribe\":\"%s\"}", load.stream);
    CHECK(len < (int)sizeof(text));
    frame[0] = (char)0x81;
    frame[1] = (char)(0x80 | len);
    memset(frame + 2, 0, 4);
    memcpy(frame + 6, text, (size_t)len);
    if (!send_text(peer, (struct slice){ .ptr = frame, .len = (size_t)len + 6 })) {
        fail("subscribe", errno);
    }
}

/* Around a subscription a new event may overtake older ones (docs/socket.md). */
static void jumped_over(struct peer *peer, int64_t seq)
{
    for (int64_t number = peer->seq + 1; number < seq; number++) {
        if (peer->missing_count == MISSING_MAX) {
            load.lost_events++;
        } else {
            peer->missing[peer->missing_count++] = number;
        }
    }
}

static void came_late(struct peer *peer, int64_t seq)
{
    for (size_t i = 0; i < peer->missing_count; i++) {
        if (peer->missing[i] == seq) {
            peer->missing[i] = peer->missing[--peer->missing_count];
            load.events++;
            load.overtaken++;
            return;
        }
    }
}

static void understand(struct peer *peer, struct slice text, int64_t now_us)
{
    int64_t subscribed = number_after(text, S("\"subscribed\""));
    int64_t seq = number_after(text, S("\"seq\""));
    if (subscribed >= 0) {
        peer->seq = peer->seq == 0 ? subscribed : peer->seq;
        peer->state = STATE_READY;
        if (peer->lost_at > 0) {
            timing_add(&load.back, now_us - peer->lost_at);
            load.returns++;
            peer->lost_at = 0;
        }
    } else if (contains(text, S("\"reset\""))) {
        load.lost_events++;
    } else if (seq > peer->seq) {
        jumped_over(peer, seq);
        load.events++;
        peer->seq = seq;
    } else if (seq > 0) {
        came_late(peer, seq);
    }
}

static void told_to_go(struct peer *peer, unsigned code, int64_t now_us)
{
    load.bad_closes += code != 1012;
    hang_up(peer);
    peer->lost_at = now_us;
    peer->back_at = now_us + (int64_t)rng_below(&load.rng, BACK_US);
}

/* Frames of the server are not masked. False when the socket has gone. */
static bool read_frames(struct peer *peer, struct slice *rest, int64_t now_us)
{
    while (rest->len >= 2) {
        const unsigned char *bytes = (const unsigned char *)rest->ptr;
        size_t head = bytes[1] == 126 ? 4 : 2;
        if (rest->len < head) {
            return true;
        }
        size_t len = head == 4 ? (size_t)bytes[2] << 8 | bytes[3] : bytes[1];
        if (rest->len < head + len) {
            return true;
        }
        struct slice payload = slice_from_to(*rest, head, head + len);
        if ((bytes[0] & 15) == 8) {
            told_to_go(peer, len >= 2 ? (unsigned)bytes[head] << 8 | bytes[head + 1] : 1005,
                       now_us);
            return false;
        }
        if ((bytes[0] & 15) == 1) {
            understand(peer, payload, now_us);
        }
        *rest = slice_from_to(*rest, head + len, rest->len);
    }
    return true;
}

static void read_socket(struct peer *peer, int64_t now_us)
{
    struct slice rest = { .ptr = peer->input, .len = peer->filled };
    if (!peer->was_used) {
        const char *end = memmem(rest.ptr, rest.len, "\r\n\r\n", 4);
        if (end == NULL) {
            return;
        }
        if (!slice_starts(rest, S("HTTP/1.1 101 "))) {
            fail("upgrade answered", (int)number_after(rest, S("HTTP/1.1 ")));
            hang_up(peer);
            peer->back_at = now_us + US_PER_S;
            return;
        }
        peer->was_used = true;
        rest = slice_from_to(rest, (size_t)(end - rest.ptr) + 4, rest.len);
        subscribe(peer);
    }
    if (read_frames(peer, &rest, now_us)) {
        memmove(peer->input, rest.ptr, rest.len);
        peer->filled = rest.len;
    }
}

/* ---- the loop ---- */

static void ended(struct peer *peer, int64_t now_us)
{
    if (peer->is_socket) {
        load.bad_closes++;
        told_to_go(peer, 1012, now_us);
    } else {
        if (peer->state == STATE_WAITING) {
            fail("closed before the answer", (int)peer->filled);
        }
        hang_up(peer);
    }
}

static void readable(struct peer *peer)
{
    ssize_t got = recv(peer->fd, peer->input + peer->filled, INPUT_BYTES - peer->filled, 0);
    int64_t now_us = mono_now().us;
    if (got < 0 && errno == EAGAIN) {
        return;
    }
    if (got <= 0) {
        ended(peer, now_us);
        return;
    }
    peer->filled += (size_t)got;
    if (peer->is_socket) {
        read_socket(peer, now_us);
    } else {
        read_answer(peer, now_us);
    }
}

static void send_due(int64_t now_us)
{
    int64_t due = (now_us - load.began_us) * load.rate / US_PER_S;
    if (due - load.scheduled > load.rate) { /* a second behind: clients would have gone elsewhere */
        load.skipped += due - load.scheduled - load.rate;
        load.scheduled = due - load.rate;
    }
    for (int64_t i = 0; i < load.connections && load.scheduled < due; i++) {
        struct peer *peer = &load.peers[i];
        if (peer->state == STATE_AWAY) {
            dial(peer);
        } else if (peer->state == STATE_READY) {
            peer->due_us = load.began_us + load.scheduled * US_PER_S / load.rate;
            load.scheduled++;
            send_request(peer);
        }
    }
}

static void look_after(int64_t now_us)
{
    for (int64_t i = 0; i < load.connections + load.sockets; i++) {
        struct peer *peer = &load.peers[i];
        if (peer->is_socket && peer->state == STATE_AWAY && now_us >= peer->back_at) {
            dial(peer);
        } else if (!peer->is_socket && peer->state == STATE_WAITING &&
                   now_us - peer->sent_us > ANSWER_US) {
            load.late++;
            fail("no answer in 10 s", 0);
            hang_up(peer);
        }
    }
}

static void print_timing(const char *name, struct timing *timing)
{
    uint64_t buckets[METER_BUCKETS];
    for (size_t i = 0; i < METER_BUCKETS; i++) {
        buckets[i] = timing->buckets[i];
    }
    printf(",\"%sP50Ms\":%.1f,\"%sP99Ms\":%.1f,\"%sMaxMs\":%.1f", name,
           (double)meter_percentile(buckets, 500) / 1000.0, name,
           (double)meter_percentile(buckets, 990) / 1000.0, name,
           (double)meter_load(&timing->meter.max) / 1000.0);
}

static void print_report(int64_t seconds_us)
{
    int64_t there = 0;
    int64_t seq_min = INT64_MAX;
    for (int64_t i = load.connections; i < load.connections + load.sockets; i++) {
        there += load.peers[i].state == STATE_READY;
        load.lost_events += (int64_t)load.peers[i].missing_count;
        seq_min = load.peers[i].seq < seq_min ? load.peers[i].seq : seq_min;
    }
    printf("{\"seconds\":%.1f,\"sent\":%lld,\"skipped\":%lld,\"answered\":%lld,\"failed\":%lld,"
           "\"reconnects\":%lld,"
           "\"sockets\":%lld,\"events\":%lld,\"lostEvents\":%lld,\"overtaken\":%lld,\"returns\":%"
           "lld,\"badCloses\":%lld,"
           "\"seqMin\":%lld",
           (double)seconds_us / 1e6, (long long)load.sent, (long long)load.skipped,
           (long long)load.answered, (long long)load.failed, (long long)load.reconnects,
           (long long)there, (long long)load.events, (long long)load.lost_events,
           (long long)load.overtaken, (long long)load.returns, (long long)load.bad_closes,
           (long long)(load.sockets > 0 ? seq_min : 0));
    print_timing("answer", &load.latency);
    print_timing("back", &load.back);
    printf(",\"why\":[");
    for (size_t i = 0; i < load.whys; i++) {
        printf("%s\"%s\"", i > 0 ? "," : "", load.why[i]);
    }
    printf("]}\n");
}

static void run(void)
{
    struct epoll_event events[BATCH];
    int64_t looked_us = 0;
    bool is_told = false;
    char byte[16];
    load.began_us = mono_now().us;
    for (;;) {
        int count = epoll_wait(load.epoll, events, BATCH, 1);
        for (int i = 0; i < count; i++) {
            struct peer *peer = events[i].data.ptr;
            if (peer == NULL) {
                if (read(STDIN_FILENO, byte, sizeof(byte)) == 0) {
                    print_report(mono_now().us - load.began_us);
                    return;
                }
            } else if (peer->state == STATE_CONNECTING) {
                connected(peer);
            } else if (peer->fd >= 0) {
                readable(peer);
            }
        }
        int64_t now_us = mono_now().us;
        send_due(now_us);
        if (now_us - looked_us > 10 * US_PER_MS) {
            looked_us = now_us;
            look_after(now_us);
        }
        if (!is_told && now_us - load.began_us > US_PER_S / 2) {
            is_told = true;
            printf("running\n");
            fflush(stdout);
        }
    }
}

static int64_t number_of(const char *text, int64_t max)
{
    int64_t value = 0;
    if (slice_to_int(slice_from(text), &value) != OK || value < 0 || value > max) {
        fprintf(stderr, "deploy-load: %s is out of its bounds\n", text);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: deploy-load PORT RATE CONNECTIONS PATH SOCKETS STREAM\n");
        return 2;
    }
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    load.server =
        (struct sockaddr_in){ .sin_family = AF_INET,
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                              .sin_port = htons((uint16_t)number_of(argv[1], UINT16_MAX)) };
    load.rate = number_of(argv[2], QUEUE_MAX);
    load.connections = number_of(argv[3], PEERS_MAX / 2);
    load.path = argv[4];
    load.sockets = number_of(argv[5], PEERS_MAX / 2);
    load.stream = argv[6];
    rng_seed(&load.rng, 1);
    load.peers = calloc((size_t)(load.connections + load.sockets) + 1, sizeof(struct peer));
    CHECK(load.peers != NULL);
    for (int64_t i = 0; i < load.connections + load.sockets; i++) {
        load.peers[i].fd = -1;
        load.peers[i].is_socket = i >= load.connections;
    }
    struct epoll_event event = { .events = EPOLLIN };
    CHECK(epoll_ctl(load.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event) == 0);
    run();
    free(load.peers);
    close(load.epoll);
    return 0;
}
