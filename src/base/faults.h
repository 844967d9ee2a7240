/* What was wrong, told to the person who can put it right.
 *
 * Whoever refuses something says the error and one sentence about this case; whoever checks input
 * adds one fault per field, so that an answer names all of them at once. */
#ifndef ASTRALFIELD_BASE_FAULTS_H
#define ASTRALFIELD_BASE_FAULTS_H

#include "base/arena.h"

struct fault {
    struct fault *next;
    struct slice at;      /* where: "/settings/maxTeams" (JSON pointer), "query:week", "line 12" */
    struct slice message; /* "must be between 4 and 20" */
};

struct faults {
    struct arena *arena;
    enum error error;    /* the last refusal; OK while nothing was refused */
    struct slice detail; /* a sentence for the person who asked; may be empty */
    struct fault *first;
    struct fault *last;
    size_t count;
};

/* Records why, and returns `error`: return refuse(faults, E_ROSTER_FULL, "…", …); */
enum error refuse(struct faults *faults, enum error error, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Adds one field's fault. At most 100 are kept. */
void fault_add(struct faults *faults, struct slice at, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
