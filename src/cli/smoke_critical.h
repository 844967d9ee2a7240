/* The critical path, played once by four people who do not exist, on an instance that is made for it
 * and removed: accounts, sign-in, league, draft, lineup, free agent, ledger. */
#ifndef ASTRALFIELD_CLI_SMOKE_CRITICAL_H
#define ASTRALFIELD_CLI_SMOKE_CRITICAL_H

#include "cli/cli.h"

/* Plays it, prints the checks and gives the exit code. */
int smoke_critical(struct cli *cli);

#endif
