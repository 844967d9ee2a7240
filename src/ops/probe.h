/* Short questions to the programs of an instance: does it answer, is the port free. Blocking, with
 * a time limit each; nothing is kept open. */
#ifndef ASTRALFIELD_OPS_PROBE_H
#define ASTRALFIELD_OPS_PROBE_H

#include "base/faults.h"

/* A listening socket on a numeric address, not blocking. E_IN_USE: taken; the detail says what to do. */
MUST_CHECK enum error probe_listen(const char *address, int64_t port, struct faults *faults,
                                   int *ret_fd);

/* The port a listening socket has. */
int64_t probe_port(int fd);

/* Status of GET `path` from the server that listens on this socket; 0 when there was no answer within
 * a second. */
int probe_http(int listen_fd, const char *path);

/* The same over a connected socket, which stays open. */
int probe_http_on(int fd, const char *path);

/* Redis answers PONG on its Unix socket. */
bool probe_redis(const char *socket_path);

/* PostgreSQL accepts connections. */
bool probe_postgres(const char *url);

#endif
