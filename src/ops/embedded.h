/* The embedded default: a private PostgreSQL and a private Redis under the data directory.
 *
 *   <data>/lock              held by the running `astralfield up`; holds its process id
 *   <data>/run/database.url  how the other commands find the running instance (redis.url likewise)
 *   <data>/log/              what server, PostgreSQL and Redis wrote
 *   <home>/postgres, redis   their data; <home> is <data>, see below
 *   <home>/sockets           Unix sockets, no TCP; the folder is open to their user alone
 *
 * Root never runs them: they run as RUN_AS, else as the owner of the data, else astralfield,
 * postgres or nobody. When that user cannot reach <data> (a checkout in /root), <home> is a folder
 * of its own under /var/lib/astralfield and <data>/home points there. When the path is too long for
 * a socket (107 bytes), the sockets' folder is made under /run, $XDG_RUNTIME_DIR or /tmp. */
#ifndef ASTRALFIELD_OPS_EMBEDDED_H
#define ASTRALFIELD_OPS_EMBEDDED_H

#include "base/faults.h"
#include "ops/config.h"
#include "ops/process.h"

struct embedded_wish {
    const char *data;   /* absolute */
    const char *run_as; /* RUN_AS; "" = choose */
    bool wants_postgres;
    bool wants_redis;
    const struct config *settings; /* BACKUP_… */
    int64_t connections; /* that the servers of this instance may open to PostgreSQL together */
    void (*tell)(const char *line); /* what takes long is announced here */
};

struct embedded {
    const char *data;
    const char *home;
    const char *logs;
    const char *sockets;
    const char *bin;       /* PostgreSQL's programs */
    struct unix_user user; /* whom engines and server run as; uid 0 = whoever we are */
    bool has_temporary_sockets;
    struct process_spec postgres;
    struct process_spec redis;
    const char *database_url;
    const char *admin_url; /* the superuser's, for making role and database */
    const char *redis_url; /* "unix:/…" */
    const char *redis_socket;
};

struct embedded_lock {
    int fd;
    bool was_killed; /* who had it before did not give it up: what he started may still be ending */
};

/* Makes the data directory where it is missing and takes its lock, until we end or give it up.
 * E_IN_USE names the process that has it. */
MUST_CHECK enum error embedded_lock(const char *data, struct faults *faults,
                                    struct embedded_lock *ret_lock);
void embedded_unlock(struct embedded_lock *lock);

/* Finds the programs and the user, makes folders and, the first time, the cluster; writes the
 * engines' configuration. Call with the lock held. What it returns lives in the faults' arena. */
MUST_CHECK enum error embedded_prepare(const struct embedded_wish *wish, struct faults *faults,
                                       struct embedded *ret_embedded);

/* Makes role and database in a PostgreSQL that answers; changes nothing the second time. */
MUST_CHECK enum error embedded_database(const struct embedded *embedded, struct faults *faults);

/* Tells the other commands where the instance is (NULL: takes it back). */
MUST_CHECK enum error embedded_announce(const struct embedded *embedded, const char *database_url,
                                        const char *redis_url, struct faults *faults);

/* Tells them where its server listens (<data>/run/server.url); NULL: takes it back. */
MUST_CHECK enum error embedded_announce_server(const struct embedded *embedded, const char *url,
                                               struct faults *faults);

/* Removes what only a running instance needs. */
void embedded_done(const struct embedded *embedded);

/* Moves a log that has grown over 32 MB aside as <path>.1; whoever writes it goes on writing. */
void embedded_trim_log(const char *path);

#endif
