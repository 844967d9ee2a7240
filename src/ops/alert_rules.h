/* The rules of alerts.def as a table, and the one step that decides: pure, the clock is passed in. */
#ifndef ASTRALFIELD_OPS_ALERT_RULES_H
#define ASTRALFIELD_OPS_ALERT_RULES_H

#include "base/arena.h"
#include "base/time.h"

enum measure_id {
#define MEASURE(id, unit, expression, unknown) MEASURE_##id,
#define ALERT(id, name, subject, severity, measure, window_s, comparison, threshold, hold_s,       \
              incident, section, todo)
#include "ops/alerts.def"
#undef MEASURE
#undef ALERT
    MEASURE_COUNT
};

enum alert_id {
#define MEASURE(id, unit, expression, unknown)
#define ALERT(id, name, subject, severity, measure, window_s, comparison, threshold, hold_s,       \
              incident, section, todo)                                                             \
    ALERT_##id,
#include "ops/alerts.def"
#undef MEASURE
#undef ALERT
    ALERT_COUNT
};

enum alert_severity { SEVERITY_NONE, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY_EMERGENCY };
enum alert_comparison { COMPARE_ABOVE, COMPARE_BELOW };
enum alert_incident { INCIDENT_P0, INCIDENT_P1, INCIDENT_P2, INCIDENT_NO_INCIDENT };

struct measure_info {
    const char *unit;
    const char *expression; /* PromQL; $W is the window */
    const char *unknown;    /* when there is no figure */
};

struct alert_rule {
    const char *name;    /* "response_slow" */
    const char *subject; /* "response_time": what people get one message about */
    enum alert_severity severity;
    enum measure_id measure;
    int64_t window_s; /* 0 = just now */
    enum alert_comparison comparison;
    int64_t threshold; /* thousandths of the measure's unit */
    int64_t hold_s;
    enum alert_incident incident;
    const char *section, *todo;
};

const struct measure_info *measure_info(enum measure_id id);
const struct alert_rule *alert_rule(enum alert_id id);

/* ALERT_COUNT when there is none of that name. */
enum alert_id alert_find(struct slice name);

/* A rule's name, a subject, or "*": what can be silenced. */
bool alert_is_matcher(struct slice text);

const char *alert_severity_name(enum alert_severity severity); /* "critical" */
const char *alert_incident_name(enum alert_incident incident); /* "P1"; "" for none */

/* ---- deciding ---- */

enum { ALERT_CLEAR_S = 60 }; /* a figure must be good for so long before an alert ends */

enum alert_stage { STAGE_QUIET, STAGE_PENDING, STAGE_FIRING };

struct alert_state {
    enum alert_stage stage;
    utime since;       /* it is pending or firing */
    utime clear_since; /* the figure is good again while it fires; 0 = it is not */
};

/* What counts for a rule now: its own values, or what an operator put over them. */
struct alert_limits {
    int64_t threshold, hold_s, clear_s;
    enum alert_severity severity;
    bool is_off;
};

/* The rule's own; in the quarter of an hour after a hotfix a warning counts as critical and what must
 * hold does so for a quarter of the time. */
struct alert_limits alert_limits(enum alert_id id, bool is_hotfix);

struct alert_figure {
    bool is_known;
    int64_t value; /* thousandths of the unit */
};

enum alert_change { CHANGE_NONE, CHANGE_FIRED, CHANGE_ENDED };

/* One look at one rule. A figure that is not known neither fires nor ends anything; what was only
 * pending starts again. A rule that is off ends. */
enum alert_change alert_step(enum alert_id id, const struct alert_limits *limits,
                             struct alert_figure figure, utime now, struct alert_state *state);

/* ---- writing ---- */

/* 2000500 → "2000.5"; whole numbers without a dot. */
struct slice alert_value_print(struct arena *arena, int64_t thousandths);

/* "95 % …  > 2000 ms for 15 s" as people read it: "above 2000 ms for 15 s". */
struct slice alert_condition_print(struct arena *arena, enum alert_id id,
                                   const struct alert_limits *limits);

/* deploy/prometheus/rules.yml: the same rules for Prometheus. */
struct slice alert_rules_render(struct arena *arena);

#endif
