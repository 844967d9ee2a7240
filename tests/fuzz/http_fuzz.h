/* One loop of a server without threads or a port: the bytes of a fuzzer go through a socket pair. */
#ifndef ASTRALFIELD_TESTS_HTTP_FUZZ_H
#define ASTRALFIELD_TESTS_HTTP_FUZZ_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "http/connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TURNS_AFTER_MAX = 1000 };

struct fuzz {
    struct server *server;
    struct loop *loop;
    struct turn_hook turn;
    int peer;
    struct slice rest; /* not yet written */
    size_t piece;      /* bytes written per turn */
    bool has_said_all;
    unsigned turns_after;
    struct timer again;
};

static struct fuzz fuzz;

/* The peer's side of a turn: read all answers, say the next piece, leave after the last. */
static void fuzz_turn(struct turn_hook *hook)
{
    (void)hook;
    char answers[16384];
    while (recv(fuzz.peer, answers, sizeof(answers), MSG_DONTWAIT) > 0) {
    }
    if (fuzz.rest.len > 0) {
        size_t len = fuzz.piece < fuzz.rest.len ? fuzz.piece : fuzz.rest.len;
        ssize_t sent = send(fuzz.peer, fuzz.rest.ptr, len, MSG_DONTWAIT | MSG_NOSIGNAL);
        len = sent > 0 ? (size_t)sent : fuzz.rest.len; /* the server has closed */
        fuzz.rest = slice_from_to(fuzz.rest, len, fuzz.rest.len);
    } else if (!fuzz.has_said_all) {
        fuzz.has_said_all = true;
        shutdown(fuzz.peer, SHUT_WR);
    }
    if (fuzz.server->homes[0].connections == NULL) {
        loop_stop(fuzz.loop);
        return;
    }
    /* The server's own hook runs after this one: come back and look again, but not for ever. */
    fuzz.turns_after += fuzz.has_said_all ? 1 : 0;
    CHECK(fuzz.turns_after < TURNS_AFTER_MAX);
    timer_set(fuzz.loop, &fuzz.again, 0);
}

static void fuzz_again(struct timer *timer)
{
    (void)timer;
}

static void fuzz_start(struct server_settings settings)
{
    static struct arena arena;
    struct faults faults = { .arena = &arena };
    settings.loops = 1;
    settings.log_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    enum error error = server_new(&settings, &faults, &fuzz.server);
    CHECK(error == OK);
    fuzz.loop = server_loop(fuzz.server, 0);
    fuzz.turn.turn = fuzz_turn;
    fuzz.again.expired = fuzz_again;
    loop_each_turn(fuzz.loop, &fuzz.turn);
}

/* Lets the server read the bytes, `piece` at a time, and waits until it has closed. */
static void fuzz_run(struct slice bytes, size_t piece)
{
    int fds[2];
    int failed = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds);
    CHECK(failed == 0);
    fuzz.peer = fds[1];
    fuzz.rest = bytes;
    fuzz.piece = piece > 0 ? piece : bytes.len;
    fuzz.has_said_all = false;
    fuzz.turns_after = 0;
    struct in6_addr nobody = { 0 };
    connection_new(&fuzz.server->homes[0], fds[0], &nobody);
    loop_run(fuzz.loop);
    close(fds[1]);
    CHECK(atomic_load(&fuzz.server->connections) == 0);
    CHECK(atomic_load(&fuzz.server->sockets) == 0);
}

#endif
