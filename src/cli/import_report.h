/* The summary that both imports print. */
#ifndef ASTRALFIELD_CLI_IMPORT_REPORT_H
#define ASTRALFIELD_CLI_IMPORT_REPORT_H

#include "cli/cli.h"
#include "feeds/season_data.h"

/* Prints a table, or with --json one document. */
void import_report_print(struct cli *cli, const struct season_data *data, bool is_dry_run);

#endif
