/* What `import nfl` and `import sample` have in common: storing a season, and the summary. */
#ifndef ASTRALFIELD_CLI_IMPORT_H
#define ASTRALFIELD_CLI_IMPORT_H

#include "cli/cli.h"
#include "feeds/season_data.h"
#include "feeds/store.h"

struct import {
    struct season_data data;
    struct store_options options;
    struct progress progress;
};

/* An import with the options every one has (--dry-run); the caller fills `data`. It must not be
 * moved afterwards. */
void import_init(struct cli *cli, struct import *import);

/* For cli_with_database: stores the season of the struct import and prints what was done. */
int import_store(struct cli *cli, void *thing);

#endif
