/* A model of model.h into the database: all its seasons in one transaction, whole or not at all.
 *
 * What the platform told becomes the league's ledger: events with actor "import" and their original
 * times, chained like any other. Points are ours, made from stored stat lines; the platform's stand
 * beside them. A repeat compares each part (settings, teams, week N, moves …) by its hash with what
 * was imported before and writes only what differs; nothing at all when nothing does. */
#ifndef ASTRALFIELD_IMPORTS_STORE_H
#define ASTRALFIELD_IMPORTS_STORE_H

#include "base/faults.h"
#include "imports/report.h"

struct import_options {
    utime now;
    int64_t commissioner_id; /* an account; 0: the platform's commissioner, as a placeholder. A
                                league that is here already must be this account's */
    /* Called as the work goes on; may be NULL. */
    void (*step)(void *thing, int64_t done, int64_t total);
    void *thing;
};

/* Stores the model. E_INVALID for what our leagues cannot be (more than 20 teams …), with the place
 * in the fault; E_CONFLICT when a league of the same season was made in between; otherwise the
 * database's errors. After an error nothing is changed. In a fiber that holds no transaction. The
 * report lives in the model's arena. */
MUST_CHECK enum error import_league_store(const struct import_model *model,
                                          const struct import_options *options,
                                          struct faults *faults, struct import_report *ret_report);

/* An invitation for each team of a league that only placeholders run. `actor_user_id` is recorded
 * as who made them. Adds them to the report. */
MUST_CHECK enum error import_invite_teams(struct arena *arena, struct faults *faults, utime now,
                                          int64_t actor_user_id,
                                          struct import_league_report *report);

#endif
