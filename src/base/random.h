/* Numbers from a seed (the game: repeatable) and bytes from the kernel (secrets: never repeatable). */
#ifndef ASTRALFIELD_BASE_RANDOM_H
#define ASTRALFIELD_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* xoshiro256** (Blackman and Vigna), seeded through splitmix64. Not for secrets. */
struct rng {
    uint64_t state[4];
};

void rng_seed(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);

/* Uniform in 0 … below-1, without modulo bias; `below` is at least 1. */
uint64_t rng_below(struct rng *rng, uint64_t below);

/* Fills from getrandom(2); aborts when the kernel cannot. */
void random_bytes(void *bytes, size_t len);

#endif
