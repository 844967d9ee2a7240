/* What the program is made of: libraries with the version that is loaded, or was compiled in. */
#ifndef ASTRALFIELD_CLI_COMPONENTS_H
#define ASTRALFIELD_CLI_COMPONENTS_H

#include "base/arena.h"

struct component {
    const char *name;
    struct slice version;
    const char *how; /* "loaded", "compiled in", "indirect" */
};

enum { COMPONENTS_MAX = 96 };

struct components {
    struct component list[COMPONENTS_MAX];
    size_t count;
};

/* Libraries we call first, then every other shared object of this process; texts live in the arena. */
void components_find(struct arena *arena, struct components *ret_components);

/* -1, 0, 1: versions as numbers between dots ("15.9" is before "15.18"); what follows a letter counts
 * as text. */
int version_compare(struct slice a, struct slice b);

#endif
