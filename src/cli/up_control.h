/* The control socket of a running `astralfield up`: <data>/run/control, for root and its own user.
 *
 * A client sends one JSON object in one line; the answer is a line {"step": "…"} for what is done, and a
 * last one that has "done": true and either "error" and "detail" or the results. */
#ifndef ASTRALFIELD_CLI_UP_CONTROL_H
#define ASTRALFIELD_CLI_UP_CONTROL_H

#include <jansson.h>

#include "cli/up_switch.h"

/* ---- in `up` ---- */

struct up_control {
    int listen; /* -1 = none */
    struct up_switch *switching;
};

MUST_CHECK enum error up_control_open(struct up_control *control, const char *data,
                                      struct faults *faults);

/* Answers who is waiting, if anybody is. Nothing while a switch is under way: they wait. */
void up_control_tend(struct up_control *control);

void up_control_close(struct up_control *control, const char *data);

/* ---- in the commands ---- */

/* Asks the `up` that runs on `data`. `step` is called for each step. E_NOT_FOUND: none runs there.
 * An error it answers is given as the error of that name. *ret_answer: json_decref it. */
MUST_CHECK enum error up_ask(const char *data, json_t *question,
                             void (*step)(void *thing, struct slice text), void *thing,
                             struct faults *faults, json_t **ret_answer);

#endif
