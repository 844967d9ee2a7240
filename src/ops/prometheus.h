/* Figures in the text format that Prometheus reads (version 0.0.4). */
#ifndef ASTRALFIELD_OPS_PROMETHEUS_H
#define ASTRALFIELD_OPS_PROMETHEUS_H

#include "ops/series.h"

/* What was counted since the start, and what is so just now. `list` is metrics_read's. */
struct slice prometheus_text(struct arena *arena, const struct series_list *list);

#endif
