#include "ops/alert_rules.h"

#include <inttypes.h>

#include "base/check.h"

enum { HOTFIX_SHARE = 4 };

static const struct measure_info measures[MEASURE_COUNT] = {
#define MEASURE(id, unit_, expression_, unknown_)                                                  \
    [MEASURE_##id] = { .unit = unit_, .expression = expression_, .unknown = unknown_ },
#define ALERT(id, name_, subject_, severity_, measure_, window, comparison_, threshold_, hold,     \
              incident_, section_, todo_)
#include "ops/alerts.def"
#undef MEASURE
#undef ALERT
};

static const struct alert_rule rules[ALERT_COUNT] = {
#define MEASURE(id, unit, expression, unknown)
#define ALERT(id, name_, subject_, severity_, measure_, window, comparison_, threshold_, hold,     \
              incident_, section_, todo_)                                                          \
    [ALERT_##id] = { .name = name_,                                                                \
                     .subject = subject_,                                                          \
                     .severity = SEVERITY_##severity_,                                             \
                     .measure = MEASURE_##measure_,                                                \
                     .window_s = window,                                                           \
                     .comparison = COMPARE_##comparison_,                                          \
                     .threshold = threshold_,                                                      \
                     .hold_s = hold,                                                               \
                     .incident = INCIDENT_##incident_,                                             \
                     .section = section_,                                                          \
                     .todo = todo_ },
#include "ops/alerts.def"
#undef MEASURE
#undef ALERT
};

const struct measure_info *measure_info(enum measure_id id)
{
    CHECK(id < MEASURE_COUNT);
    return &measures[id];
}

const struct alert_rule *alert_rule(enum alert_id id)
{
    CHECK(id < ALERT_COUNT);
    return &rules[id];
}

enum alert_id alert_find(struct slice name)
{
    size_t id = 0;
    while (id < ALERT_COUNT && !slice_eq(name, slice_from(rules[id].name))) {
        id++;
    }
    return (enum alert_id)id;
}

bool alert_is_matcher(struct slice text)
{
    bool is_subject = false;
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        is_subject |= slice_eq(text, slice_from(rules[id].subject));
    }
    return is_subject || slice_eq(text, S("*")) || alert_find(text) < ALERT_COUNT;
}

const char *alert_severity_name(enum alert_severity severity)
{
    static const char *const names[] = { "none", "warning", "critical", "emergency" };
    return names[severity];
}

const char *alert_incident_name(enum alert_incident incident)
{
    static const char *const names[] = { "P0", "P1", "P2", "" };
    return names[incident];
}

/* ---- deciding ---- */

struct alert_limits alert_limits(enum alert_id id, bool is_hotfix)
{
    const struct alert_rule *rule = alert_rule(id);
    struct alert_limits limits = { .threshold = rule->threshold,
                                   .hold_s = rule->hold_s,
                                   .clear_s = ALERT_CLEAR_S,
                                   .severity = rule->severity };
    if (is_hotfix) {
        limits.hold_s /= HOTFIX_SHARE;
        limits.severity = rule->severity == SEVERITY_WARNING ? SEVERITY_CRITICAL : rule->severity;
    }
    return limits;
}

static bool is_over(enum alert_id id, const struct alert_limits *limits, int64_t value)
{
    return rules[id].comparison == COMPARE_ABOVE ? value > limits->threshold
                                                 : value < limits->threshold;
}

static enum alert_change end(struct alert_state *state)
{
    bool was_firing = state->stage == STAGE_FIRING;
    *state = (struct alert_state){ .stage = STAGE_QUIET };
    return was_firing ? CHANGE_ENDED : CHANGE_NONE;
}

/* The figure is good. */
static enum alert_change step_good(const struct alert_limits *limits, utime now,
                                   struct alert_state *state)
{
    if (state->stage != STAGE_FIRING) {
        return end(state);
    }
    if (state->clear_since == 0) {
        state->clear_since = now;
    }
    return now - state->clear_since >= limits->clear_s * US_PER_S ? end(state) : CHANGE_NONE;
}

enum alert_change alert_step(enum alert_id id, const struct alert_limits *limits,
                             struct alert_figure figure, utime now, struct alert_state *state)
{
    if (limits->is_off) {
        return end(state);
    }
    if (!figure.is_known) {
        state->clear_since = 0;
        return state->stage == STAGE_PENDING ? end(state) : CHANGE_NONE;
    }
    if (!is_over(id, limits, figure.value)) {
        return step_good(limits, now, state);
    }
    state->clear_since = 0;
    if (state->stage == STAGE_QUIET) {
        *state = (struct alert_state){ .stage = STAGE_PENDING, .since = now };
    }
    if (state->stage == STAGE_PENDING && now - state->since >= limits->hold_s * US_PER_S) {
        *state = (struct alert_state){ .stage = STAGE_FIRING, .since = now };
        return CHANGE_FIRED;
    }
    return CHANGE_NONE;
}

/* ---- writing ---- */

struct slice alert_value_print(struct arena *arena, int64_t thousandths)
{
    int64_t size = thousandths < 0 ? -thousandths : thousandths;
    struct slice text = arena_format(arena, "%s%" PRId64 ".%03" PRId64, thousandths < 0 ? "-" : "",
                                     size / 1000, size % 1000);
    while (text.ptr[text.len - 1] == '0') {
        text.len--;
    }
    text.len -= text.ptr[text.len - 1] == '.';
    return text;
}

struct slice alert_condition_print(struct arena *arena, enum alert_id id,
                                   const struct alert_limits *limits)
{
    const struct alert_rule *rule = alert_rule(id);
    return arena_format(arena, "%s %.*s %s for %" PRId64 " s",
                        rule->comparison == COMPARE_ABOVE ? "above" : "below",
                        FMT(alert_value_print(arena, limits->threshold)),
                        measures[rule->measure].unit, limits->hold_s);
}

/* The expression with the window in the place of $W. */
static void add_expression(struct buffer *out, const struct alert_rule *rule)
{
    const char *at = measures[rule->measure].expression;
    for (; *at != '\0'; at++) {
        if (at[0] == '$' && at[1] == 'W') {
            buffer_format(out, "%" PRId64 "s", rule->window_s);
            at++;
        } else {
            buffer_byte(out, *at);
        }
    }
}

/* In single quotes, where a quote is doubled. */
static void add_quoted(struct buffer *out, const char *key, const char *text)
{
    buffer_format(out, "          %s: '", key);
    for (; *text != '\0'; text++) {
        if (*text == '\'') {
            buffer_byte(out, *text);
        }
        buffer_byte(out, *text);
    }
    buffer_add(out, S("'\n"));
}

static void add_rule(struct buffer *out, const struct alert_rule *rule)
{
    buffer_format(out, "      - alert: %s\n        expr: >-\n          (", rule->name);
    add_expression(out, rule);
    buffer_format(out, ") %c %.*s\n", rule->comparison == COMPARE_ABOVE ? '>' : '<',
                  FMT(alert_value_print(out->arena, rule->threshold)));
    buffer_format(out, "        for: %" PRId64 "s\n        labels:\n          severity: %s\n",
                  rule->hold_s, alert_severity_name(rule->severity));
    buffer_format(out, "          subject: %s\n", rule->subject);
    if (rule->incident != INCIDENT_NO_INCIDENT) {
        buffer_format(out, "          incident: %s\n", alert_incident_name(rule->incident));
    }
    buffer_format(out,
                  "        annotations:\n          summary: '{{ $value | printf \"%%.4g\" }} %s on "
                  "{{ $labels.instance }} (limit %.*s)'\n",
                  measures[rule->measure].unit,
                  FMT(alert_value_print(out->arena, rule->threshold)));
    add_quoted(out, "runbook", rule->section);
    add_quoted(out, "todo", rule->todo);
}

struct slice alert_rules_render(struct arena *arena)
{
    struct buffer out;
    buffer_init(&out, arena);
    buffer_add(&out, S("# Made by `astralfield alert rules --render` from src/ops/alerts.def.\n"
                       "groups:\n  - name: astralfield\n    interval: 5s\n    rules:\n"));
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        add_rule(&out, &rules[id]);
    }
    return buffer_slice(&out);
}
