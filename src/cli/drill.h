/* What all drills share: steps with their times, figures against objectives, a report that is printed,
 * kept as a file and as a row, and the facts that alerts look at.
 *
 * A drill fails by its first step that fails, or by a figure that misses its objective. */
#ifndef ASTRALFIELD_CLI_DRILL_H
#define ASTRALFIELD_CLI_DRILL_H

#include "base/json.h"
#include "cli/cli.h"

enum { DRILL_STEPS_MAX = 16, DRILL_FIGURES_MAX = 24 };

struct drill_step {
    const char *name;
    struct slice said; /* what was found, or why it failed */
    int64_t us;
    bool is_failed;
};

struct drill_figure {
    const char *name;      /* "recoverySeconds": as in JSON */
    const char *unit;      /* "s", "writes" */
    int64_t value;         /* in thousandths */
    int64_t most;          /* the objective, in thousandths too; -1 = none */
    const char *objective; /* where it comes from: "RTO of the database" */
};

struct drill {
    struct cli *cli;
    const char *kind;   /* "restore", "deploy", "chaos", "full" */
    const char *url;    /* the live database, to keep the report in; NULL = none is running */
    const char *folder; /* where reports are kept as files; NULL = nowhere */
    int report_fd;      /* --report; -1 = none */
    utime started;
    struct mono step_began;
    struct drill_step steps[DRILL_STEPS_MAX];
    size_t step_count;
    struct drill_figure figures[DRILL_FIGURES_MAX];
    size_t figure_count;
};

/* Opens --report while we are still who we are. */
MUST_CHECK enum error drill_begin(struct cli *cli, const char *kind, struct drill *ret_drill);

/* Times from here; drill_step does it for the next. */
void drill_clock(struct drill *drill);

/* Ends a step that began with the last one's end. */
void drill_step(struct drill *drill, const char *name, const char *format, ...) PRINTF_LIKE(3, 4);

void drill_figure(struct drill *drill, struct drill_figure figure);

/* A step that could not be done, with the refusal's words. */
void drill_failed(struct drill *drill, const char *name, enum error error);

/* Prints and keeps the report; gives the exit code: 0 passed, 1 failed. */
int drill_end(struct drill *drill);

/* ---- the drills ---- */

struct config;
int drill_restore(struct cli *cli);
int drill_deploy(struct cli *cli);
int drill_chaos(struct cli *cli);
int drill_full(struct cli *cli);

#endif
