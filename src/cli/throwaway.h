/* An instance of this program for one purpose: a data directory of its own under TMPDIR, its own
 * PostgreSQL and Redis, any free port. Nothing of it is left. */
#ifndef ASTRALFIELD_CLI_THROWAWAY_H
#define ASTRALFIELD_CLI_THROWAWAY_H

#include <sys/types.h>

#include "cli/cli.h"

struct throwaway {
    struct cli *cli;
    const char *program;
    const char *data;       /* NULL = not made */
    const char *const *env; /* more settings of its own, behind the others; NULL = none */
    const char *url;        /* "http://localhost:40123", once it answers */
    pid_t pid;              /* of `astralfield up`; 0 = not running */
};

/* Starts it and waits until it answers. On an error call throwaway_done all the same. */
MUST_CHECK enum error throwaway_start(struct cli *cli, struct throwaway *ret_instance);

/* The two halves, for who has something to do between them: `base` is the folder that its own folder
 * is made in (NULL: TMPDIR), which belongs to `owner` (uid 0: to us). */
struct unix_user;
MUST_CHECK enum error throwaway_make(struct cli *cli, const char *base,
                                     const struct unix_user *owner, struct throwaway *ret_instance);
MUST_CHECK enum error throwaway_up(struct throwaway *instance);

/* Runs one of our commands on it and waits; its output goes to the instance's log. `words` ends with
 * NULL and holds at most 12. */
MUST_CHECK enum error throwaway_run(struct throwaway *instance, const char *const *words);

/* Stops it and removes everything. Fits CLEANUP. */
void throwaway_done(struct throwaway *instance);

#endif
