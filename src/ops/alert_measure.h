/* Figures for the alert rules: what this node measured over each rule's window.
 *
 * A sample is taken every few seconds from the meters (metrics.h); a window is the difference of two.
 * What only the database knows, and what needs a longer window, is looked at less often. One set per
 * process; sampling and looking belong to one fiber, reading is for any thread. */
#ifndef ASTRALFIELD_OPS_ALERT_MEASURE_H
#define ASTRALFIELD_OPS_ALERT_MEASURE_H

#include "base/meter.h"
#include "ops/alert_rules.h"
#include "ops/machine.h"
#include "ops/series.h"

/* Totals since the process started. */
struct alert_sample {
    struct mono at;
    uint64_t requests[METER_BUCKETS], statements[METER_BUCKETS], deliveries[METER_BUCKETS];
    uint64_t answers, failures, hits, looks;
    uint64_t busy_sum, busy_count, pool_sum, pool_count;
};

/* The newest of what is looked at rarely; thousandths of the measure's unit, -1 = not known. */
struct alert_facts {
    int64_t statement_mean, job_failures, active_users, quiet;
    int64_t espn_latency, backup_age, archive_lag, second_place_lost;
};

/* Samples from metrics_read's list. Answers that an operator asked for (maintenance, read-only) are no
 * failures. */
void alert_sample_take(const struct series_list *list, struct mono at,
                       struct alert_sample *ret_sample);

/* Remembers a sample. */
void alert_sample_keep(const struct alert_sample *sample);

/* The sample that a window of `window_s` begins with: the newest that is so old, else the oldest. NULL
 * when there is none. */
const struct alert_sample *alert_sample_before(struct mono now, int64_t window_s);

/* Forgets all samples and facts: when the server stops. */
void alert_measure_reset(void);

/* What was measured between two samples. */
struct alert_figure alert_measured(enum measure_id id, const struct alert_sample *from,
                                   const struct alert_sample *to);

/* Everything that one look gives, by rule. `silent_us`: since the database answered last, -1 unknown. */
struct alert_look {
    const struct alert_sample *newest;
    const struct machine *machine;
    const struct alert_facts *facts;
    int64_t silent_us;
};
void alert_figures(const struct alert_look *look, struct alert_figure ret_figures[ALERT_COUNT]);

/* Of the window's worst statement (five calls at least) and worst job: from minutes written down. */
int64_t alert_statement_mean(const struct series_list *list);
int64_t alert_job_failures(const struct series_list *list);

/* ---- what /metrics says too ---- */

enum { ALERT_NAMED_FACTS_MAX = 32, ALERT_FACT_NAME_MAX = 80 };

struct alert_named_fact {
    char name[ALERT_FACT_NAME_MAX + 1];
    int64_t value;
};

struct alert_news {
    int64_t silent_us, active_users, quiet_s; /* -1 = not known */
    struct alert_named_fact facts[ALERT_NAMED_FACTS_MAX];
    size_t fact_count;
};
void alert_news_set(const struct alert_news *news);
void alert_news_get(struct alert_news *ret_news);

/* {"response_slow":812500,…}: what is known, for other nodes. */
struct slice alert_figures_json(struct arena *arena,
                                const struct alert_figure figures[ALERT_COUNT]);

#endif
