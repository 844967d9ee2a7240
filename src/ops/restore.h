/* Making the database again as it was: a base backup is unpacked beside the live data, and a private
 * PostgreSQL replays WAL from all places until the wished moment. The live data is never touched;
 * restore_swap puts the result in its place and keeps the old one. */
#ifndef ASTRALFIELD_OPS_RESTORE_H
#define ASTRALFIELD_OPS_RESTORE_H

#include "ops/backup.h"

/* A PostgreSQL on a folder, reachable by a socket in a folder of its own alone. */
struct scratch_server {
    pid_t pid; /* 0 = not running */
    const char *cluster;
    const char *sockets;
    const char *log;
    struct slice reached; /* commit time of the last transaction it replayed */
    const char *url;      /* as the superuser, database "postgres" */
    const char *our_url;  /* database "astralfield" */
};

/* Starts a PostgreSQL on `cluster`, an unpacked backup, and waits until it has replayed WAL up to
 * `until` (0 = all there is) and takes connections. It stops with us. E_NOT_FOUND: WAL does not reach
 * that far; the detail says how far it does. */
MUST_CHECK enum error scratch_recover(const struct backup_store *store, const char *cluster,
                                      utime until, struct faults *faults,
                                      struct scratch_server *ret_server);
/* Stops it cleanly and removes its sockets. */
MUST_CHECK enum error scratch_stop(struct scratch_server *server, struct faults *faults);

/* What the leagues' ledgers say: two databases with one hash hold the same events. */
struct state {
    struct slice hash; /* SHA-256 over (league, seq, head hash) of all leagues, in order */
    int64_t leagues;
    int64_t events;
    struct slice newest; /* time of the newest event; empty when there is none */
};
MUST_CHECK enum error state_read(const char *url, struct faults *faults, struct state *ret_state);

struct restored {
    struct state state;
    struct slice reached; /* commit time of the last transaction that was replayed */
    int64_t unpack_us, replay_us;
};

/* Brings what a running instance wrote so far into the archive, so that it can be restored. Waits
 * until it is there. */
MUST_CHECK enum error restore_flush(const struct backup_store *store, struct faults *faults);

struct restore_wish {
    const struct backup *from;
    utime until;    /* 0 = all there is */
    const char *to; /* there and ours */
};

/* Unpacks and replays into <to>/postgres. Until it is done the folder has another name. */
MUST_CHECK enum error restore_run(const struct backup_store *store, struct restore_wish wish,
                                  struct faults *faults, struct restored *ret_restored);

/* Puts <to>/postgres in the place of the instance's on `data`, which must not run (E_IN_USE) and be
 * on the same disk; the old one and Redis's files stay as <home>/postgres.before-<time>,
 * redis.before-<time>. Done with one rename that swaps both. *ret_aside: where the old one is, empty
 * when there was none. */
MUST_CHECK enum error restore_swap(const char *data, const struct config *settings, const char *to,
                                   struct faults *faults, struct slice *ret_aside);

#endif
