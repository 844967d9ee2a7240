/* What deploy, rollback and the commands about releases share. */
#ifndef ASTRALFIELD_CLI_DEPLOY_H
#define ASTRALFIELD_CLI_DEPLOY_H

#include <jansson.h>

#include "cli/cli.h"
#include "ops/release.h"

enum { HOTFIX_WATCH_S = 900, BAKE_S = 15, BAKE_MAX_S = 86400, WATCHED_REQUESTS_MIN = 200 };

/* What is noted about a deploy in the table `releases` and the audit log. */
struct deploy_note {
    const char *kind; /* "deploy", "hotfix", "restart", "rollback", "auto_rollback" */
    bool is_ok;
    struct slice release, from; /* from empty = not known */
    struct release facts;       /* of the release; id empty = not known */
    int64_t milliseconds;
    struct slice detail;
};

/* Writes it down, with the label HOTFIX_MODE for a hotfix and without it for any rollback. Returns the
 * exit code; says what failed. */
int deploy_note(struct cli *cli, const struct deploy_note *note);

/* Whether nothing above its schema took away what the release uses: E_FORBIDDEN says what to do. */
MUST_CHECK enum error deploy_check_schema(struct cli *cli, const struct release *release);

/* Tells a step: to standard error for people, so that --json stays one document. */
void deploy_step(void *cli, struct slice step);

struct deploy_switch {
    struct slice release; /* or "current", "previous" */
    struct slice mark;    /* empty = none */
    int64_t watch_s;
    const char *unit; /* of systemd; NULL = `astralfield up` */
};

/* Changes the server over; *ret_state: see up_control.c. json_decref it. */
MUST_CHECK enum error deploy_switch(struct cli *cli, const struct deploy_switch *wish,
                                    json_t **ret_state);

/* Waits until the watch of that release is over. E_UNAVAILABLE: it was taken back; the detail says why. */
MUST_CHECK enum error deploy_bake(struct cli *cli, struct slice release, int64_t seconds);

#endif
