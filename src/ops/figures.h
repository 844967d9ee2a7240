/* Figures over time: what all nodes counted in the last minutes and on the last days.
 *
 * Every node writes down each minute what it counted in it (metric_rollups); hours and days are made
 * from minutes by whichever node comes first, any number of times. A window is the minutes that are
 * written down and what this node has counted since, so it survives a new start of the server. Figures
 * of other nodes are at most a minute old. Everything here runs in a fiber. */
#ifndef ASTRALFIELD_OPS_FIGURES_H
#define ASTRALFIELD_OPS_FIGURES_H

#include "base/time.h"
#include "ops/series.h"

enum { WINDOW_MINUTES = 15, REPORT_DAYS = 7 };

struct window {
    struct series_list series;
    utime since, until;
    bool
        is_stored; /* false: the database did not answer; only what this node has not written yet */
};

/* The last `minutes` minutes. Never fails: see is_stored. */
void figures_window(struct arena *arena, utime now, unsigned minutes, struct window *ret_window);

int64_t window_seconds(const struct window *window);

/* Short for series_find(&window->series, …). */
const struct series *window_find(const struct window *window, const char *name,
                                 struct slice labels);

/* Failed requests: see request_figures.is_failure. */
uint64_t series_failures(const struct series_list *list);
uint64_t window_failures(const struct window *window);

/* The last `count` days, the oldest first and today with what is not written yet; days[i].is_there false = nothing was written on it. */
struct figures_day {
    struct slice day; /* "2026-11-23" */
    bool is_there;
    struct series_list series;
};
MUST_CHECK enum error figures_days(struct arena *arena, utime now, size_t count,
                                   struct figures_day *ret_days);

/* ---- writing: one caller (the job) ---- */

/* What this node is called in the rows; before the job runs. Empty: host name and process id. */
void figures_name(struct slice node);
const char *figures_node(void);

/* Writes what was counted since the last time as of the minute that `at` is in. */
MUST_CHECK enum error figures_write(utime at);

/* Makes hours and days from minutes, and forgets what is too old. */
MUST_CHECK enum error figures_roll(utime now, bool is_tidying);

#endif
