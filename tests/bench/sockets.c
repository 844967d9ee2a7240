/* How long one event takes to reach many sockets:
 *
 *   bench-sockets PORT COUNT STREAM ROUNDS REQUEST_FILE
 *
 * Opens COUNT WebSockets, subscribes each to STREAM and prints "ready". After a line on standard input
 * it sends the request of REQUEST_FILE ROUNDS times, its "@@@@@@" replaced by the round's number, and
 * prints for each round, in microseconds from the moment the request leaves: the reply to it, and the
 * arrival of its event at the sockets (first, median, 99th percentile, last). The next round begins
 * when all have it. One thread: on a machine with few cores its own reading is part of the figures. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/slice.h"
#include "base/time.h"

enum {
    SOCKETS_MAX = 50000,
    INPUT_BYTES = 4096, /* events and the handshake's answer are short */
    BATCH = 256,
    REQUEST_BYTES_MAX = 4096,
    REPLY_BYTES_MAX = 16 * 1024,
    ROUND_LIMIT_S = 10,
    CONNECT_AT_ONCE = 64,
};

struct client {
    int fd;
    bool is_open;       /* the handshake is over */
    bool is_subscribed; /* and its subscription confirmed */
    size_t filled;
    int64_t arrived_us; /* this round's event; 0 = not yet */
    char input[INPUT_BYTES];
};

struct bench {
    int epoll;
    struct sockaddr_in server;
    struct slice stream;
    struct client *clients;
    size_t count;
    size_t waiting_for; /* clients that have not got what this phase is about */
    int64_t began_us;
    int64_t replied_us;
    size_t request_len;
    char request[REQUEST_BYTES_MAX];
    char reply[REPLY_BYTES_MAX];
};

_Noreturn static void give_up(const char *why)
{
    fprintf(stderr, "bench-sockets: %s\n", why);
    exit(1);
}

/* ---- one socket ---- */

static void send_all(int fd, struct slice text)
{
    while (text.len > 0) {
        ssize_t sent = send(fd, text.ptr, text.len, MSG_NOSIGNAL);
        if (sent <= 0) {
            give_up("the server does not take what is sent");
        }
        text = slice_from_to(text, (size_t)sent, text.len);
    }
}

/* Masked with zeros (RFC 6455, 5.3: any mask will do), so the payload stays as it is. */
static void send_message(int fd, struct slice text)
{
    char frame[6 + 125] = { (char)0x81, (char)(0x80 | text.len) };
    CHECK(text.len <= 125);
    memcpy(frame + 6, text.ptr, text.len);
    send_all(fd, (struct slice){ .ptr = frame, .len = text.len + 6 });
}

static int connect_to(const struct bench *bench)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    CHECK(fd >= 0);
    if (connect(fd, (const struct sockaddr *)&bench->server, sizeof(bench->server)) != 0) {
        give_up("cannot connect");
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return fd;
}

static void open_client(struct bench *bench, struct client *client)
{
    char text[256];
    client->fd = connect_to(bench);
    int len = snprintf(text, sizeof(text),
                       "GET /api/socket HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: Upgrade\r\n"
                       "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                       "Sec-WebSocket-Protocol: astralfield.1\r\n\r\n",
                       ntohs(bench->server.sin_port));
    send_all(client->fd, (struct slice){ .ptr = text, .len = (size_t)len });
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = client };
    fcntl(client->fd, F_SETFL, O_NONBLOCK);
    CHECK(epoll_ctl(bench->epoll, EPOLL_CTL_ADD, client->fd, &event) == 0);
}

static bool contains(struct slice text, struct slice wanted)
{
    return memmem(text.ptr, text.len, wanted.ptr, wanted.len) != NULL;
}

/* Takes one frame off `input`; false when it is not all there. Server frames are not masked. */
static bool take_frame(struct slice *input, struct slice *ret_payload)
{
    const unsigned char *bytes = (const unsigned char *)input->ptr;
    if (input->len < 2) {
        return false;
    }
    size_t head = bytes[1] == 126 ? 4 : 2;
    if (input->len < head) {
        return false;
    }
    size_t len = head == 4 ? (size_t)bytes[2] << 8 | bytes[3] : bytes[1];
    if (bytes[1] > 126 || len > INPUT_BYTES / 2) {
        give_up("a frame is longer than expected");
    }
    if (input->len < head + len) {
        return false;
    }
    *ret_payload = slice_from_to(*input, head, head + len);
    *input = slice_from_to(*input, head + len, input->len);
    return true;
}

static void understand(struct bench *bench, struct client *client, struct slice payload,
                       int64_t now_us)
{
    if (!client->is_subscribed && contains(payload, S("\"subscribed\""))) {
        client->is_subscribed = true;
        bench->waiting_for--;
    } else if (contains(payload, S("\"error\""))) {
        fprintf(stderr, "%.*s\n", FMT(payload));
        give_up("the server refused a subscription");
    } else if (client->arrived_us == 0 && contains(payload, S("\"event\""))) {
        client->arrived_us = now_us;
        bench->waiting_for--;
    }
}

static void finish_handshake(const struct bench *bench, struct client *client, struct slice *input)
{
    const char *end = memmem(input->ptr, input->len, "\r\n\r\n", 4);
    if (end == NULL) {
        return;
    }
    if (!slice_starts(*input, S("HTTP/1.1 101 "))) {
        give_up("the server refused a WebSocket");
    }
    *input = slice_from_to(*input, (size_t)(end - input->ptr) + 4, input->len);
    client->is_open = true;
    char text[120];
    int len = snprintf(text, sizeof(text), "{\"subscribe\":\"%.*s\"}", FMT(bench->stream));
    send_message(client->fd, (struct slice){ .ptr = text, .len = (size_t)len });
}

static void read_client(struct bench *bench, struct client *client)
{
    ssize_t got =
        recv(client->fd, client->input + client->filled, sizeof(client->input) - client->filled, 0);
    if (got <= 0) {
        give_up("the server closed a socket");
    }
    int64_t now_us = mono_now().us;
    client->filled += (size_t)got;
    struct slice rest = { .ptr = client->input, .len = client->filled };
    if (!client->is_open) {
        finish_handshake(bench, client, &rest);
    }
    struct slice payload;
    while (client->is_open && take_frame(&rest, &payload)) {
        understand(bench, client, payload, now_us);
    }
    memmove(client->input, rest.ptr, rest.len);
    client->filled = rest.len;
}

/* ---- the phases ---- */

/* The connection of the request is the event without a client. */
static void turn(struct bench *bench)
{
    struct epoll_event events[BATCH];
    int count = epoll_wait(bench->epoll, events, BATCH, ROUND_LIMIT_S * 1000);
    if (count <= 0) {
        give_up("nothing more arrives");
    }
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr == NULL) {
            bench->replied_us = mono_now().us;
        } else {
            read_client(bench, events[i].data.ptr);
        }
    }
}

static void open_all(struct bench *bench)
{
    bench->waiting_for = 0;
    for (size_t i = 0; i < bench->count; i++) {
        open_client(bench, &bench->clients[i]);
        bench->waiting_for++;
        while (bench->waiting_for >= CONNECT_AT_ONCE) {
            turn(bench);
        }
    }
    while (bench->waiting_for > 0) {
        turn(bench);
    }
}

static int compare_times(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

static void print_round(const struct bench *bench, int64_t *times)
{
    for (size_t i = 0; i < bench->count; i++) {
        times[i] = bench->clients[i].arrived_us - bench->began_us;
    }
    qsort(times, bench->count, sizeof(times[0]), compare_times);
    printf("{\"reply\":%lld,\"first\":%lld,\"p50\":%lld,\"p99\":%lld,\"last\":%lld}\n",
           (long long)(bench->replied_us - bench->began_us), (long long)times[0],
           (long long)times[bench->count / 2], (long long)times[bench->count * 99 / 100],
           (long long)times[bench->count - 1]);
    fflush(stdout);
}

static void read_reply(struct bench *bench, int fd)
{
    ssize_t got = recv(fd, bench->reply, sizeof(bench->reply), 0);
    if (got < 12 || memcmp(bench->reply, "HTTP/1.1 200", 12) != 0) {
        fprintf(stderr, "%.*s\n", got > 0 ? (int)got : 0, bench->reply);
        give_up("the request was not answered with 200");
    }
    struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT };
    CHECK(epoll_ctl(bench->epoll, EPOLL_CTL_MOD, fd, &event) == 0);
}

static void run_round(struct bench *bench, int fd, int round)
{
    char *hole = memmem(bench->request, bench->request_len, "@@@@@@", 6);
    char text[REQUEST_BYTES_MAX];
    char number[16];
    CHECK(hole != NULL);
    memcpy(text, bench->request, bench->request_len);
    snprintf(number, sizeof(number), "%06d", round);
    memcpy(text + (hole - bench->request), number, 6);
    for (size_t i = 0; i < bench->count; i++) {
        bench->clients[i].arrived_us = 0;
    }
    bench->waiting_for = bench->count;
    bench->replied_us = 0;
    bench->began_us = mono_now().us;
    send_all(fd, (struct slice){ .ptr = text, .len = bench->request_len });
    while (bench->waiting_for > 0 || bench->replied_us == 0) {
        turn(bench);
    }
    read_reply(bench, fd);
}

static void run_rounds(struct bench *bench, int rounds)
{
    int fd = connect_to(bench);
    int64_t *times = calloc(bench->count, sizeof(times[0]));
    struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT };
    CHECK(times != NULL);
    CHECK(epoll_ctl(bench->epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    for (int round = 1; round <= rounds; round++) {
        run_round(bench, fd, round);
        print_round(bench, times);
    }
    free(times);
    close(fd);
}

/* ---- the command line ---- */

static int64_t number_of(const char *text, int64_t max)
{
    int64_t value = 0;
    if (slice_to_int(slice_from(text), &value) != OK || value < 1 || value > max) {
        give_up("a number is out of its bounds");
    }
    return value;
}

static void read_request(struct bench *bench, const char *path)
{
    FILE *file = fopen(path, "re");
    bench->request_len = file == NULL ? 0 : fread(bench->request, 1, REQUEST_BYTES_MAX, file);
    if (bench->request_len == 0 || bench->request_len == REQUEST_BYTES_MAX) {
        give_up("cannot read the request");
    }
    fclose(file);
}

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        give_up("usage: bench-sockets PORT COUNT STREAM ROUNDS REQUEST_FILE");
    }
    struct bench *bench = calloc(1, sizeof(*bench));
    CHECK(bench != NULL);
    bench->epoll = epoll_create1(EPOLL_CLOEXEC);
    bench->server = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)number_of(argv[1], UINT16_MAX)),
    };
    bench->count = (size_t)number_of(argv[2], SOCKETS_MAX);
    bench->stream = slice_from(argv[3]);
    read_request(bench, argv[5]);
    raise_descriptor_limit();
    bench->clients = calloc(bench->count, sizeof(bench->clients[0]));
    CHECK(bench->clients != NULL);
    open_all(bench);
    printf("ready\n");
    fflush(stdout);
    char line[16];
    if (fgets(line, sizeof(line), stdin) != NULL) {
        run_rounds(bench, (int)number_of(argv[4], 100000));
    }
    free(bench->clients);
    close(bench->epoll);
    free(bench);
    return 0;
}
