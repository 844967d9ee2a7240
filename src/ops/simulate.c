#include "ops/simulate.h"

#include "base/check.h"
#include "base/meter.h"

const char *const simulation_kinds[SIMULATE_NOTHING + 1] = { "slow_database", "slow_responses",
                                                             "errors", NULL };

/* Asked for by every request: read without a lock. `count` = until when, `sum` = kind and severity,
 * `max` = requests so far, for errors. */
static struct meter played;

enum { SEVERITY_BITS = 4 };

enum simulation_kind simulation_find(struct slice name)
{
    size_t kind = 0;
    while (kind < SIMULATE_NOTHING && !slice_eq(name, slice_from(simulation_kinds[kind]))) {
        kind++;
    }
    return (enum simulation_kind)kind;
}

int64_t simulation_strength(enum simulation_kind kind, int severity)
{
    static const int64_t delays[] = { 11000, 5500, 2500, 2500 };
    static const int64_t every[] = { 10, 40, 140, 140 }; /* 10 %, 2.5 %, 0.7 % */
    switch (kind) {
    case SIMULATE_SLOW_DATABASE:
        return 700;
    case SIMULATE_SLOW_RESPONSES:
        return delays[severity];
    case SIMULATE_ERRORS:
        return every[severity];
    case SIMULATE_NOTHING:
        break;
    }
    return 0;
}

void simulation_play(enum simulation_kind kind, int severity, utime ends_at)
{
    uint64_t what = (uint64_t)kind << SEVERITY_BITS | (uint64_t)severity;
    bool is_nothing = kind == SIMULATE_NOTHING;
    atomic_store_explicit(&played.count, 0, memory_order_relaxed);
    atomic_store_explicit(&played.sum, what, memory_order_release);
    atomic_store_explicit(&played.count, is_nothing ? 0 : (uint64_t)ends_at, memory_order_release);
}

struct simulated simulation_now(utime now)
{
    struct simulated simulated = { .kind = SIMULATE_NOTHING };
    uint64_t until = atomic_load_explicit(&played.count, memory_order_acquire);
    if ((uint64_t)now >= until) {
        return simulated;
    }
    uint64_t what = atomic_load_explicit(&played.sum, memory_order_acquire);
    int severity = (int)(what & ((1u << SEVERITY_BITS) - 1));
    simulated.kind = (enum simulation_kind)(what >> SEVERITY_BITS);
    int64_t strength = simulation_strength(simulated.kind, severity);
    if (simulated.kind == SIMULATE_ERRORS) {
        uint64_t number = atomic_fetch_add_explicit(&played.max, 1, memory_order_relaxed);
        simulated.fails = number % (uint64_t)strength == 0;
    } else {
        simulated.delay_ms = strength;
    }
    return simulated;
}
