/* The phases of `astralfield scan`. Each adds what it found to the checks; what it could not look at is
 * CHECK_SKIPPED with the reason. */
#ifndef ASTRALFIELD_CLI_SCAN_H
#define ASTRALFIELD_CLI_SCAN_H

#include "cli/checks.h"

/* The libraries in use against deploy/advisories.json (or --advisories). */
void scan_dependencies(struct checks *checks, const char *advisories);

/* The data directory and its settings: who else may read or write them. */
void scan_files(struct checks *checks);

/* Patterns in a source tree that must not be there; `root` NULL: there is none here. */
void scan_source(struct checks *checks, const char *root);

/* What the running server says to somebody it does not know. is_full: every row of the API as well. */
void scan_server(struct checks *checks, bool is_full);

/* report.json and report.sarif in the folder, which is made. E_FILE. */
MUST_CHECK enum error scan_report(const struct checks *checks, const char *folder, char grade);

#endif
