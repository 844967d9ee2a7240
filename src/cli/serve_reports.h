/* What the server tells about its failures: crashes of the one before it, and Sentry. */
#ifndef ASTRALFIELD_CLI_SERVE_REPORTS_H
#define ASTRALFIELD_CLI_SERVE_REPORTS_H

#include "cli/cli.h"
#include "ops/config.h"
#include "ops/crash.h"

struct serve_reports {
    struct crash_report crashes[CRASH_REPORTS_MAX];
    size_t count;
};

/* Takes the crashes that are not told yet, and begins to watch for our own: while we are still whoever
 * started us. */
void serve_reports_open(struct cli *cli, struct serve_reports *reports);

/* Notes the crashes and starts to report to Sentry, when there is a DSN. E_INVALID: it is none. */
MUST_CHECK enum error serve_reports_start(struct cli *cli, const struct config *settings,
                                          const struct serve_reports *reports);

/* The server has ended, well. */
void serve_reports_end(void);

#endif
