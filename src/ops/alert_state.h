/* Where every rule stands, in the database: one server at a time decides for all of them.
 *
 * Each server writes down what it measured; whoever holds the clock's row looks at the worst figure of
 * all servers that were heard of lately, steps every rule, and begins, changes and ends alerts, with
 * the messages and incidents that follow, in one transaction. */
#ifndef ASTRALFIELD_OPS_ALERT_STATE_H
#define ASTRALFIELD_OPS_ALERT_STATE_H

#include "ops/alert_rules.h"
#include "ops/config.h"

enum { ALERT_FRESH_S = 30, ALERT_APART_MS = 1500 };

struct alert_round {
    const struct config *settings;
    struct slice node;
    utime now;
    const struct alert_figure *figures; /* ALERT_COUNT of this server's */
    bool is_forced; /* decides even when another server has just done so: for tests */
};

struct alert_outcome {
    bool is_decided; /* false: another server has just done so */
    size_t begun, ended, told;
};

/* One round. In a fiber. */
MUST_CHECK enum error alerts_evaluate(const struct alert_round *round,
                                      struct alert_outcome *ret_outcome);

/* The database was silent from `since` until now and people were told without it: writes alert, incident
 * and the message that it is over. The first server to do so is the only one. */
MUST_CHECK enum error alerts_outage_over(const struct alert_round *round, utime since);

/* The message about that outage, while nothing can be written down. */
struct message;
void alerts_outage_message(struct arena *arena, const struct alert_round *round, int64_t silent_us,
                           struct message *ret_message);

/* What counts for every rule now, operators' values included. */
MUST_CHECK enum error alerts_limits(struct arena *arena, utime now,
                                    struct alert_limits ret_limits[ALERT_COUNT]);

/* The text of a message about one rule. */
struct slice alert_body_print(struct arena *arena, enum alert_id id, int64_t value,
                              int64_t threshold, struct slice node);

#endif
