/* Starting, watching and ending other programs, and giving up root.
 *
 * A child gets its own process group (a Ctrl-C in the terminal is ours to hand on), default signals,
 * and dies when we die, however we die (PR_SET_PDEATHSIG). For single-threaded callers. */
#ifndef ASTRALFIELD_OPS_PROCESS_H
#define ASTRALFIELD_OPS_PROCESS_H

#include <sys/types.h>

#include "base/faults.h"
#include "base/time.h"

/* A user of this machine. */
struct unix_user {
    uid_t uid;
    gid_t gid;
    const char *name;
};

/* By name; E_NOT_FOUND when the machine has no such user. */
MUST_CHECK enum error unix_user_find(struct arena *arena, const char *name,
                                     struct unix_user *ret_user);
MUST_CHECK enum error unix_user_by_uid(struct arena *arena, uid_t uid, struct unix_user *ret_user);

/* Becomes that user for good, groups included; the promise to die with the parent is kept. Without
 * root it does nothing when we are that user already, and fails otherwise (E_FORBIDDEN). */
MUST_CHECK enum error process_become(const struct unix_user *user, struct faults *faults);

enum { PROCESS_PASSED_FD = 3, PROCESS_CONTROL_FD = 4 }; /* where a child finds what it was given */

struct process_spec {
    const char *name;        /* "PostgreSQL", for messages */
    const char *const *argv; /* program path or name first; NULL ends */
    const char *const *env;  /* "KEY=value" put over our own environment; NULL = none */
    const char *directory;   /* its working directory; NULL = ours */
    const char *log;         /* output is appended there; NULL = our own output */
    struct unix_user user;   /* whom it runs as; uid 0 = stay who we are */
    int death_signal;        /* what it gets when we are gone */
    int pass_fd;             /* becomes its descriptor 3 when above 0 */
    int control_fd;          /* becomes its descriptor 4 when above 0 */
};

/* Starts it; E_FILE when it could not be started, the detail says why. */
MUST_CHECK enum error process_start(const struct process_spec *spec, struct faults *faults,
                                    pid_t *ret_pid);

/* Waits for the end of one child at most that long. True: *ret_status is its wait status. */
bool process_ended(pid_t pid, int64_t timeout_us, int *ret_status);

/* Starts it and waits: OK only for exit code 0. E_TIMEOUT after timeout_us (its group is killed). */
MUST_CHECK enum error process_run(const struct process_spec *spec, int64_t timeout_us,
                                  struct faults *faults);

/* Sends `signal`, waits, and kills the whole group when it has not left in time. Gives true when it
 * left by itself. */
bool process_stop(pid_t pid, int signal, int64_t timeout_us);

/* "exit code 3", "signal 9 (Killed)". */
struct slice process_status_print(struct arena *arena, int status);

#endif
