/* What the server's main thread does while its loops serve: it waits for signals, speaks with the
 * supervisor (`astralfield up` or systemd), and looks whether the loops still turn. */
#ifndef ASTRALFIELD_CLI_SERVE_TURN_H
#define ASTRALFIELD_CLI_SERVE_TURN_H

#include "http/server.h"

/* Blocks the signals that serve_turn waits for; before any thread is started. */
void serve_block_signals(void);

/* Whether what connects waits until serve_turn lets it in: until a supervisor of ours says so, or, on
 * systemd's socket, until this server is ready. */
bool serve_is_held(void);

/* The listening socket that systemd passed (LISTEN_FDS, LISTEN_PID; sd_listen_fds(3)), made
 * non-blocking; 0 = none. */
int serve_systemd_fd(void);

/* Runs until SIGTERM or Ctrl-C; gives the signal. The server is started. */
int serve_turn(struct server *server);

/* Tells systemd that the server stops. */
void serve_stopping(void);

#endif
