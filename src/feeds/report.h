/* What an import did, by kind of row. */
#ifndef ASTRALFIELD_FEEDS_REPORT_H
#define ASTRALFIELD_FEEDS_REPORT_H

#include "base/arena.h"

enum import_kind {
    IMPORT_TEAMS,
    IMPORT_PLAYERS,
    IMPORT_IDS,
    IMPORT_GAMES,
    IMPORT_STATS,
    IMPORT_DEFENCES,
    IMPORT_PROJECTIONS,
    IMPORT_RANKINGS,
    IMPORT_KIND_COUNT
};

struct reject {
    struct reject *next;
    struct slice reason;
    struct slice example; /* the first one */
    int64_t rows;
};

struct tally {
    int64_t read; /* rows of the files, of the season asked for */
    int64_t fresh, changed, unchanged, rejected;
    struct reject *rejects;
    struct slice note; /* why there is nothing, or where it came from; may be empty */
};

struct report {
    struct arena *arena;
    struct tally tallies[IMPORT_KIND_COUNT];
};

/* "teams", "players", … in the order of import. */
struct slice import_kind_name(enum import_kind kind);

/* Counts rows that were not taken, under their reason. Borrows reason and example for as long as
 * the report lives. */
void report_reject(struct report *report, enum import_kind kind, struct slice reason,
                   struct slice example, int64_t rows);

#endif
