/* Writers that change a league each, without end, and note on disk what was acknowledged before they
 * believe it themselves. A change without an answer is sent again with its key, as a careful client
 * does. One thread per writer. */
#ifndef ASTRALFIELD_CLI_DRILL_LOAD_H
#define ASTRALFIELD_CLI_DRILL_LOAD_H

#include <pthread.h>

#include "cli/call.h"
#include "cli/cli.h"

enum { LOAD_WRITERS = 4 };

struct load;

struct load_writer {
    struct load *load;
    size_t number;
    pthread_t thread;
    struct cli cli;             /* with an arena of its own */
    struct arena kept, passing; /* for good; for one request */
    struct call call;
    struct slice path; /* of the league it renames */
};

struct load {
    const char *url;
    int ledger; /* what was acknowledged, a name per line; -1 = not open */
    struct load_writer writers[LOAD_WRITERS];
    size_t running;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    int64_t acknowledged, answers_bad;
    char wrong[400]; /* the first answer that should not be; empty = none */
    bool is_over;
};

/* Makes the accounts and leagues on `url`, opens the ledger as a new file, and starts writing. */
MUST_CHECK enum error load_start(struct cli *cli, const char *url, const char *ledger,
                                 struct load *ret_load);

/* Waits until so many more were acknowledged. False: not within the time, or a wrong answer came. */
bool load_wait(struct load *load, int64_t more, int64_t timeout_us);

/* Lets every writer end its change, and joins them. Harmless when it was never started. */
void load_stop(struct load *load);

#endif
