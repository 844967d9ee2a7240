/* Many random cases from one seed. A failure prints the case's seed; running with
 * ASTRALFIELD_SEED set to it repeats that case first. */
#ifndef ASTRALFIELD_TESTS_PROPERTY_H
#define ASTRALFIELD_TESTS_PROPERTY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/random.h"

/* The seed of the first case; case i has property_seed() + i. */
static inline uint64_t property_seed(void)
{
    const char *text = getenv("ASTRALFIELD_SEED");
    return text == NULL ? 20240905 : strtoull(text, NULL, 10);
}

static inline struct rng property_case(uint64_t seed)
{
    struct rng rng;
    rng_seed(&rng, seed);
    return rng;
}

/* Uniform in from … to, both included. */
static inline int64_t between(struct rng *rng, int64_t from, int64_t to)
{
    return from + (int64_t)rng_below(rng, (uint64_t)(to - from + 1));
}

#define HOLDS(seed, claim)                                                                         \
    do {                                                                                           \
        if (!(claim)) {                                                                            \
            fail_msg("ASTRALFIELD_SEED=%llu breaks: %s", (unsigned long long)(seed), #claim);      \
        }                                                                                          \
    } while (0)

#endif
