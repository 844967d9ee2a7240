#include "cli/serve_turn.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "ops/generation.h"
#include "ops/probe.h"
#include "ops/process.h"

enum {
    FIRST_SYSTEMD_FD = 3, /* SD_LISTEN_FDS_START */
    FIGURES_US = 1000000, /* between two reports of figures */
    STATUS_US = 10000000, /* between two status lines for systemd */
    GATE_US = 100000,     /* between two tries to be ready */
    HOLD_US = 5000000,    /* how long a start may keep callers in the backlog of systemd's socket */
    NOTICE_BYTES_MAX = 256,
};

struct turn {
    struct server *server;
    int signals, control; /* -1 = none */
    struct server_figures told;
    int64_t figures_at_us, ready_at_us, watchdog_at_us, status_at_us;
    int64_t watchdog_us; /* between two signs of life; 0 = nobody waits for them */
    int64_t hold_end_us;
    bool is_ready_told, has_notices;
};

static void waited_for(sigset_t *ret_set)
{
    sigemptyset(ret_set);
    sigaddset(ret_set, SIGINT);
    sigaddset(ret_set, SIGTERM);
}

void serve_block_signals(void)
{
    sigset_t blocked;
    waited_for(&blocked);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static bool has_supervisor(void)
{
    return getenv(GENERATION_VARIABLE) != NULL;
}

int serve_systemd_fd(void)
{
    int64_t pid = 0;
    int64_t count = 0;
    if (slice_to_int(slice_from(getenv("LISTEN_PID")), &pid) != OK || pid != getpid() ||
        slice_to_int(slice_from(getenv("LISTEN_FDS")), &count) != OK || count < 1) {
        return 0;
    }
    fcntl(FIRST_SYSTEMD_FD, F_SETFD, FD_CLOEXEC);
    fcntl(FIRST_SYSTEMD_FD, F_SETFL, fcntl(FIRST_SYSTEMD_FD, F_GETFL) | O_NONBLOCK);
    return FIRST_SYSTEMD_FD;
}

bool serve_is_held(void)
{
    bool is_told_when = serve_systemd_fd() > 0 && getenv("NOTIFY_SOCKET") != NULL;
    return has_supervisor() || is_told_when;
}

/* ---- systemd's notices (sd_notify(3)) ---- */

static void notice(const char *text, size_t len)
{
    struct slice path = slice_from(getenv("NOTIFY_SOCKET"));
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (path.len < 2 || path.len > sizeof(address.sun_path)) {
        return;
    }
    memcpy(address.sun_path, path.ptr, path.len);
    if (address.sun_path[0] == '@') {
        address.sun_path[0] = '\0'; /* an abstract name */
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len);
    ssize_t sent =
        sendto(fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&address, size);
    (void)sent; /* a supervisor that does not listen is no reason to stop */
    if (fd >= 0) {
        close(fd);
    }
}

void serve_stopping(void)
{
    notice("STOPPING=1", sizeof("STOPPING=1") - 1);
}

/* ---- asking ourselves ---- */

/* The status of a GET through our own loops; 0 when there is no answer within a second. */
static int ask_ourselves(struct server *server, const char *path)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return 0;
    }
    fcntl(ends[1], F_SETFL, fcntl(ends[1], F_GETFL) | O_NONBLOCK);
    server_adopt(server, ends[1]);
    int status = probe_http_on(ends[0], path);
    close(ends[0]);
    return status;
}

static bool is_alive(struct server *server)
{
    return ask_ourselves(server, "/api/health/simple") == 200;
}

/* ---- one turn ---- */

static void tell_figures(struct turn *turn, int64_t now_us)
{
    struct server_figures figures = server_figures(turn->server);
    bool is_new = figures.requests != turn->told.requests || figures.errors != turn->told.errors;
    turn->figures_at_us = now_us + FIGURES_US;
    if (turn->control >= 0 && is_new &&
        generation_say(turn->control, SAY_FIGURES, figures.requests, figures.errors)) {
        turn->told = figures;
    }
}

/* READY=1 once the database answers too; then signs of life. */
static void tell_systemd(struct turn *turn, int64_t now_us)
{
    if (!turn->is_ready_told && now_us >= turn->ready_at_us) {
        turn->ready_at_us = now_us + GATE_US;
        turn->is_ready_told = ask_ourselves(turn->server, "/api/health/ready") == 200;
        if (turn->is_ready_told || now_us >= turn->hold_end_us) {
            server_listen(turn->server);
        }
        if (turn->is_ready_told) {
            notice("READY=1", sizeof("READY=1") - 1);
        }
    }
    if (turn->watchdog_us > 0 && now_us >= turn->watchdog_at_us) {
        turn->watchdog_at_us = now_us + turn->watchdog_us;
        if (is_alive(turn->server)) {
            notice("WATCHDOG=1", sizeof("WATCHDOG=1") - 1);
        } else {
            log_line(LOG_ERROR, "loops_stuck", "hint=%s", "\"no answer within a second\"");
        }
    }
    if (now_us >= turn->status_at_us) {
        struct server_figures figures = server_figures(turn->server);
        char text[NOTICE_BYTES_MAX];
        int len =
            snprintf(text, sizeof(text),
                     "STATUS=%u connections, %u sockets, %" PRIu64 " requests, %" PRIu64 " errors",
                     figures.connections, figures.sockets, figures.requests, figures.errors);
        turn->status_at_us = now_us + STATUS_US;
        notice(text, (size_t)len);
    }
}

static void hear_supervisor(struct turn *turn)
{
    struct said said = generation_hear(turn->control);
    switch (said.what) {
    case SAY_ACCEPT:
        server_listen(turn->server);
        log_line(LOG_INFO, "accepting", "port=%u", server_port(turn->server));
        break;
    case SAY_READY: {
        int status = ask_ourselves(turn->server, "/api/health/ready");
        generation_say(turn->control, SAY_READY, (uint64_t)status, 0);
        break;
    }
    case SAY_NOTHING:
    case SAY_STARTED:
    case SAY_FIGURES:
        break;
    }
    if (said.is_over) {
        close(turn->control); /* it has gone; whether we go too is for the death signal to say */
        turn->control = -1;
    }
}

static int64_t watchdog_interval_us(void)
{
    int64_t us = 0;
    return slice_to_int(slice_from(getenv("WATCHDOG_USEC")), &us) == OK && us > 0 ? us / 3 : 0;
}

int serve_turn(struct server *server)
{
    sigset_t awaited;
    waited_for(&awaited);
    struct turn turn = { .server = server,
                         .signals = signalfd(-1, &awaited, SFD_CLOEXEC),
                         .control = has_supervisor() ? PROCESS_CONTROL_FD : -1,
                         .watchdog_us = watchdog_interval_us(),
                         .hold_end_us = mono_now().us + HOLD_US,
                         .has_notices = getenv("NOTIFY_SOCKET") != NULL };
    CHECK(turn.signals >= 0);
    if (turn.control >= 0) {
        fcntl(turn.control, F_SETFD, FD_CLOEXEC);
        generation_say(turn.control, SAY_STARTED, 0, 0);
    }
    for (;;) {
        struct pollfd fds[] = { { .fd = turn.signals, .events = POLLIN },
                                { .fd = turn.control, .events = POLLIN } };
        bool has_clock = turn.control >= 0 || turn.has_notices;
        int wait_ms = !turn.has_notices || turn.is_ready_told ? FIGURES_US / 1000 : GATE_US / 1000;
        int got = poll(fds, ARRAY_LEN(fds), has_clock ? wait_ms : -1);
        int64_t now_us = mono_now().us;
        if (got > 0 && fds[0].revents != 0) {
            struct signalfd_siginfo info = { 0 };
            ssize_t len = read(turn.signals, &info, sizeof(info));
            close(turn.signals);
            return len == (ssize_t)sizeof(info) ? (int)info.ssi_signo : SIGTERM;
        }
        if (got > 0 && fds[1].revents != 0) {
            hear_supervisor(&turn);
        }
        if (turn.control >= 0 && now_us >= turn.figures_at_us) {
            tell_figures(&turn, now_us);
        }
        if (turn.has_notices) {
            tell_systemd(&turn, now_us);
        }
    }
}
