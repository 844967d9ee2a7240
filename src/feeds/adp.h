/* The file of average draft positions that fantasyfootballcalculator.com publishes. Does not include
 * base/json.h: adp.c needs jansson, and both have a json_null. */
#ifndef ASTRALFIELD_FEEDS_ADP_H
#define ASTRALFIELD_FEEDS_ADP_H

#include "base/faults.h"

struct adp_entry {
    struct slice name, position, team; /* team may have ptr NULL */
    int64_t adp;                       /* hundredths of a pick, over 0 */
    int64_t stdev;                     /* hundredths; -1 when not said */
};

struct adp_list {
    int64_t season; /* 0 when the file does not say */
    struct adp_entry *entries;
    size_t count;
};

/* Reads {"season": 2024, "players": [{"name", "position", "team", "adp", "stdev"}]}. Text lives as
 * long as the arena. E_FEED with the place of the fault. */
MUST_CHECK enum error adp_read(struct arena *arena, struct slice file, struct slice bytes,
                               struct faults *faults, struct adp_list *ret_list);

#endif
