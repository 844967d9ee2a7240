/* A season's data into the database: one transaction, all or nothing. */
#ifndef ASTRALFIELD_FEEDS_STORE_H
#define ASTRALFIELD_FEEDS_STORE_H

#include "feeds/season_data.h"

struct store_watch {
    void (*step)(void *thing, int64_t rows); /* rows sent so far, of store_rows; may be NULL */
    void *thing;
};

struct store_options {
    utime now;       /* for the season's phase and current week */
    bool is_dry_run; /* count everything, then roll back */
    struct store_watch watch;
};

/* Rows that season_store will send. */
int64_t store_rows(const struct season_data *data);

/* Stores what was read and counts it in data->report. Call in a fiber with db_* usable.
 * E_IN_USE while another import runs; E_FORBIDDEN when real and sample data would mix in a season;
 * otherwise what the database said. Nothing is changed then. */
MUST_CHECK enum error season_store(struct season_data *data, const struct store_options *options);

#endif
