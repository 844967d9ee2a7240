/* What a supervisor and the server it started say to each other.
 *
 * The channel is a pair of sequenced-packet Unix sockets, one message per packet: a letter, and for
 * some a number or two. The server finds its end at descriptor PROCESS_CONTROL_FD and takes no
 * connection from the listening socket before it is told to (SAY_ACCEPT), so that a new generation can
 * be tried while the old one serves. */
#ifndef ASTRALFIELD_OPS_GENERATION_H
#define ASTRALFIELD_OPS_GENERATION_H

#include "base/error.h"
#include "base/slice.h"

enum { SAY_BYTES_MAX = 64 };

/* Supervisor to server: "A" accept; "R" are you ready?
 * Server to supervisor: "S" started; "R <status>" the answer of GET /api/health/ready;
 * "F <requests> <errors>" how many it has answered, and with 500 and more of them. */
enum say {
    SAY_NOTHING = 0,
    SAY_ACCEPT = 'A',
    SAY_READY = 'R',
    SAY_STARTED = 'S',
    SAY_FIGURES = 'F'
};

struct said {
    enum say what; /* SAY_NOTHING: there was no message */
    bool is_over;  /* the other side has gone */
    uint64_t first, second;
};

/* Says it without waiting; false when the other side has gone. */
bool generation_say(int fd, enum say what, uint64_t first, uint64_t second);

/* The next message, without waiting. */
struct said generation_hear(int fd);

/* Both ends, closed on exec. */
bool generation_channel(int ret_ends[2]);

/* The variable that tells a server of its channel; its value is the release's name, or "-". */
#define GENERATION_VARIABLE "ASTRALFIELD_GENERATION"

#endif
