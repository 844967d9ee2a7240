/* Figures as rows: one series is what was counted under a name and a label. The same form holds what a
 * minute brought, what the process counted since its start, and what the database kept. */
#ifndef ASTRALFIELD_OPS_SERIES_H
#define ASTRALFIELD_OPS_SERIES_H

#include "base/arena.h"
#include "base/meter.h"

struct series {
    struct slice name;   /* "http_route" */
    struct slice labels; /* "GET /api/leagues"; empty = the whole */
    uint64_t count, sum, max;
    uint64_t *buckets; /* METER_BUCKETS of them; NULL for what is no timing */
};

struct series_list {
    struct arena *arena;
    struct series *list;
    size_t count, room;
};

void series_init(struct series_list *list, struct arena *arena);

/* Adds a series that the list does not hold yet. */
void series_add(struct series_list *list, const struct series *series);

/* Adds to the series of that name and label, which is made when there is none. */
void series_merge(struct series_list *list, const struct series *series);

/* Never NULL: a series nothing was counted in is empty. */
const struct series *series_find(const struct series_list *list, const char *name,
                                 struct slice labels);

/* Microseconds that `permille` of a timing did not exceed; -1 = nothing was timed. */
int64_t series_percentile(const struct series *series, unsigned permille);

/* `[{"name":…,"labels":…,"count":…,"sum":…,"max":…,"histogram":[…]}]` of what is not empty, as
 * sql/queries/ops/figures_add.sql wants it. Histograms end with their last filled bucket. */
struct slice series_json(const struct series_list *list, struct arena *arena);

/* PostgreSQL's text of a bigint[] ("{1,2,3}") into buckets; what is too much is left out. */
void series_read_buckets(struct slice array, uint64_t buckets[METER_BUCKETS]);

#endif
