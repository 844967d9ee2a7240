#include "ops/alert_state.h"

#include <inttypes.h>

#include "base/check.h"
#include "db/db.h"
#include "ops/alert_measure.h"
#include "ops/incidents.h"
#include "ops/notify.h"
#include "ops/oncall.h"

#define HOTFIX_US (15 * 60 * US_PER_S)

struct worst {
    struct alert_figure figure;
    struct slice node;
};

/* An alert that has not ended. */
struct open_alert {
    int64_t id, value, threshold, incident_id;
    struct slice subject, node, incident_ref;
    enum alert_id rule;
    enum alert_severity severity, told;
    bool is_simulation;
};

struct round {
    const struct alert_round *given;
    struct tx *tx;
    struct arena *arena;
    struct alert_limits limits[ALERT_COUNT];
    struct worst worst[ALERT_COUNT];
    struct alert_state states[ALERT_COUNT];
    struct rows silences;
    struct open_alert open[ALERT_COUNT];
    size_t open_count;
    bool is_simulation;
    struct alert_outcome outcome;
};

static enum alert_severity severity_from(struct slice text)
{
    for (size_t i = SEVERITY_WARNING; i <= SEVERITY_EMERGENCY; i++) {
        if (slice_eq(text, slice_from(alert_severity_name((enum alert_severity)i)))) {
            return (enum alert_severity)i;
        }
    }
    return SEVERITY_NONE;
}

/* ---- reading ---- */

static void read_limits(const struct rows *rows, bool is_hotfix,
                        struct alert_limits limits[ALERT_COUNT])
{
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        limits[id] = alert_limits((enum alert_id)id, is_hotfix);
    }
    for (size_t i = 0; i < rows->count; i++) {
        enum alert_id id = alert_find(rows_text(rows, i, "rule"));
        if (id == ALERT_COUNT) {
            continue; /* of a rule that this program does not know */
        }
        struct alert_limits *limit = &limits[id];
        if (!rows_null(rows, i, "threshold")) {
            limit->threshold = rows_int(rows, i, "threshold");
        }
        if (!rows_null(rows, i, "hold_s")) {
            limit->hold_s = rows_int(rows, i, "hold_s");
        }
        if (!rows_null(rows, i, "clear_s")) {
            limit->clear_s = rows_int(rows, i, "clear_s");
        }
        limit->is_off = rows_bool(rows, i, "is_off");
    }
}

enum error alerts_limits(struct arena *arena, utime now,
                         struct alert_limits ret_limits[ALERT_COUNT])
{
    struct rows hotfix = { 0 };
    struct rows rows = { 0 };
    TRY(db_read(arena, SQL_ALERTS_HOTFIX, PARAMS(P_TIME(now - HOTFIX_US)), &hotfix));
    TRY(db_read(arena, SQL_ALERTS_LIMITS, NO_PARAMS, &rows));
    read_limits(&rows, rows_bool(&hotfix, 0, "is_hotfix"), ret_limits);
    return OK;
}

static void read_worst(struct round *round, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        enum alert_id id = alert_find(rows_text(rows, i, "rule"));
        if (id == ALERT_COUNT) {
            continue;
        }
        struct worst *worst = &round->worst[id];
        int64_t value = rows_int(rows, i, "value");
        bool is_above = alert_rule(id)->comparison == COMPARE_ABOVE;
        if (!worst->figure.is_known ||
            (is_above ? value > worst->figure.value : value < worst->figure.value)) {
            *worst = (struct worst){ .figure = { .is_known = true, .value = value },
                                     .node = rows_text(rows, i, "node") };
        }
    }
}

static void read_states(struct round *round, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        enum alert_id id = alert_find(rows_text(rows, i, "rule"));
        if (id < ALERT_COUNT) {
            bool is_firing = slice_eq(rows_text(rows, i, "stage"), S("firing"));
            round->states[id] =
                (struct alert_state){ .stage = is_firing ? STAGE_FIRING : STAGE_PENDING,
                                      .since = rows_time(rows, i, "since"),
                                      .clear_since = rows_time(rows, i, "clear_since") };
        }
    }
}

static void read_open(struct round *round, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count && round->open_count < ALERT_COUNT; i++) {
        struct slice ref = rows_text(rows, i, "incident_ref");
        round->open[round->open_count++] =
            (struct open_alert){ .id = rows_int(rows, i, "id"),
                                 .value = rows_int(rows, i, "value"),
                                 .threshold = rows_int(rows, i, "threshold"),
                                 .incident_id = rows_int(rows, i, "incident_id"),
                                 .subject = rows_text(rows, i, "subject"),
                                 .node = rows_text(rows, i, "node"),
                                 .incident_ref = ref.ptr == NULL ? S("") : ref,
                                 .rule = alert_find(rows_text(rows, i, "rule")),
                                 .severity = severity_from(rows_text(rows, i, "severity")),
                                 .told = severity_from(rows_text(rows, i, "told_severity")),
                                 .is_simulation = rows_bool(rows, i, "is_simulation") };
    }
}

static enum error read_situation(struct round *round)
{
    struct tx *tx = round->tx;
    utime now = round->given->now;
    struct rows hotfix = { 0 };
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_ALERTS_HOTFIX, PARAMS(P_TIME(now - HOTFIX_US)), &hotfix));
    TRY(tx_query(tx, SQL_ALERTS_LIMITS, NO_PARAMS, &rows));
    read_limits(&rows, rows_bool(&hotfix, 0, "is_hotfix"), round->limits);
    TRY(tx_query(tx, SQL_ALERTS_FIGURES, PARAMS(P_TIME(now - ALERT_FRESH_S * US_PER_S)), &rows));
    read_worst(round, &rows);
    TRY(tx_query(tx, SQL_ALERTS_STATES, NO_PARAMS, &rows));
    read_states(round, &rows);
    TRY(tx_query(tx, SQL_ALERTS_OPEN, NO_PARAMS, &rows));
    read_open(round, &rows);
    TRY(tx_query(tx, SQL_ALERTS_SIMULATION_NOW, PARAMS(P_TIME(now)), &rows));
    round->is_simulation = rows.count > 0;
    return tx_query(tx, SQL_ALERTS_SILENCES_NOW, PARAMS(P_TIME(now)), &round->silences);
}

/* ---- stepping the rules ---- */

static void step_rule(struct round *round, enum alert_id id)
{
    struct alert_state *state = &round->states[id];
    struct alert_state before = *state;
    const struct worst *worst = &round->worst[id];
    struct slice name = slice_from(alert_rule(id)->name);
    alert_step(id, &round->limits[id], worst->figure, round->given->now, state);
    if (state->stage == STAGE_QUIET && before.stage != STAGE_QUIET) {
        tx_send(round->tx, SQL_ALERTS_STATE_DROP, PARAMS(P_TEXT(name)));
    } else if (state->stage != STAGE_QUIET &&
               (state->stage != before.stage || state->clear_since != before.clear_since)) {
        bool is_known = worst->figure.is_known;
        tx_send(
            round->tx, SQL_ALERTS_STATE_SET,
            PARAMS(
                P_TEXT(name), P_TEXT(state->stage == STAGE_FIRING ? S("firing") : S("pending")),
                P_TIME(state->since), state->clear_since == 0 ? P_NULL : P_TIME(state->clear_since),
                P_INT(worst->figure.value), P_TEXT(is_known ? worst->node : round->given->node)));
    }
}

/* ---- alerts ---- */

struct slice alert_body_print(struct arena *arena, enum alert_id id, int64_t value,
                              int64_t threshold, struct slice node)
{
    const struct alert_rule *rule = alert_rule(id);
    const char *unit = measure_info(rule->measure)->unit;
    return arena_format(arena, "%.*s %s on %.*s (limit %.*s %s).\nDo: %s\nRunbook: %s.",
                        FMT(alert_value_print(arena, value)), unit, FMT(node),
                        FMT(alert_value_print(arena, threshold)), unit, rule->todo, rule->section);
}

/* The worst rule of a subject that fires; ALERT_COUNT when none does. */
static enum alert_id worst_rule(const struct round *round, struct slice subject)
{
    enum alert_id found = ALERT_COUNT;
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        bool is_firing = round->states[id].stage == STAGE_FIRING &&
                         slice_eq(subject, slice_from(alert_rule((enum alert_id)id)->subject));
        if (is_firing &&
            (found == ALERT_COUNT || round->limits[id].severity > round->limits[found].severity)) {
            found = (enum alert_id)id;
        }
    }
    return found;
}

static struct open_alert *open_of(struct round *round, struct slice subject)
{
    for (size_t i = 0; i < round->open_count; i++) {
        if (slice_eq(round->open[i].subject, subject)) {
            return &round->open[i];
        }
    }
    return NULL;
}

static enum alert_incident incident_of(const struct round *round, enum alert_id id)
{
    enum alert_incident own = alert_rule(id)->incident;
    bool is_critical = round->limits[id].severity >= SEVERITY_CRITICAL;
    return own == INCIDENT_NO_INCIDENT && is_critical ? INCIDENT_P2 : own; /* after a hotfix */
}

/* A critical alert opens an incident by itself; the alert's own message tells of it. */
static enum error open_incident(struct round *round, struct open_alert *alert)
{
    const struct alert_rule *rule = alert_rule(alert->rule);
    enum alert_incident severity = incident_of(round, alert->rule);
    if (severity == INCIDENT_NO_INCIDENT || alert->incident_id != 0) {
        return OK;
    }
    struct arena *arena = round->arena;
    struct slice salt = arena_format(arena, "%" PRId64, alert->id);
    struct incident incident = {
        .ref =
            incident_new_ref(arena, alert->is_simulation ? "SIM" : "INC", round->given->now, salt),
        .kind = alert->is_simulation ? "simulation" : "alert",
        .severity = (int)severity,
        .title = arena_format(arena, "%s%s: %.*s %s", alert->is_simulation ? "[SIMULATION] " : "",
                              rule->name, FMT(alert_value_print(arena, alert->value)),
                              measure_info(rule->measure)->unit),
        .description =
            alert_body_print(arena, alert->rule, alert->value, alert->threshold, alert->node),
        .detected_by = arena_format(arena, "alert %s", rule->name),
        .subject = alert->subject,
        .detected_at = round->given->now,
        .now = round->given->now,
        .is_told = true,
    };
    alert->incident_ref = incident.ref;
    TRY(incident_store(round->tx, round->given->settings, &incident, &alert->incident_id));
    tx_send(round->tx, SQL_ALERTS_LINK, PARAMS(P_INT(alert->id), P_INT(alert->incident_id)));
    return OK;
}

static enum error begin(struct round *round, struct slice subject, enum alert_id id)
{
    const struct worst *worst = &round->worst[id];
    struct open_alert alert = { .value = worst->figure.value,
                                .threshold = round->limits[id].threshold,
                                .subject = subject,
                                .node = worst->node.len > 0 ? worst->node : round->given->node,
                                .incident_ref = S(""),
                                .rule = id,
                                .severity = round->limits[id].severity,
                                .is_simulation = round->is_simulation };
    struct rows rows = { 0 };
    TRY(tx_query(round->tx, SQL_ALERTS_ADD,
                 PARAMS(P_TEXT(subject), P_TEXT(slice_from(alert_rule(id)->name)),
                        P_TEXT(slice_from(alert_severity_name(alert.severity))), P_INT(alert.value),
                        P_INT(alert.threshold), P_TEXT(alert.node), P_TIME(round->given->now),
                        P_BOOL(alert.is_simulation)),
                 &rows));
    if (rows.count == 0 || round->open_count == ALERT_COUNT) {
        return OK; /* another server was first, in spite of all fences */
    }
    alert.id = rows_int(&rows, 0, "id");
    round->open[round->open_count++] = alert;
    round->outcome.begun++;
    return open_incident(round, &round->open[round->open_count - 1]);
}

/* The subject's worst rule is another one now. An alert never grows milder: it ends. */
static enum error change(struct round *round, struct open_alert *alert, enum alert_id id)
{
    const struct worst *worst = &round->worst[id];
    if (round->limits[id].severity <= alert->severity) {
        return OK;
    }
    alert->rule = id;
    alert->severity = round->limits[id].severity;
    alert->value = worst->figure.value;
    alert->threshold = round->limits[id].threshold;
    alert->node = worst->node.len > 0 ? worst->node : alert->node;
    tx_send(round->tx, SQL_ALERTS_CHANGE,
            PARAMS(P_INT(alert->id), P_TEXT(slice_from(alert_rule(id)->name)),
                   P_TEXT(slice_from(alert_severity_name(alert->severity))), P_INT(alert->value),
                   P_INT(alert->threshold), P_TEXT(alert->node)));
    return open_incident(round, alert);
}

/* ---- messages ---- */

static bool is_silenced(const struct round *round, const struct open_alert *alert)
{
    for (size_t i = 0; i < round->silences.count; i++) {
        struct slice matches = rows_text(&round->silences, i, "matches");
        bool is_rule = alert->rule < ALERT_COUNT &&
                       slice_eq(matches, slice_from(alert_rule(alert->rule)->name));
        if (is_rule || slice_eq(matches, S("*")) || slice_eq(matches, alert->subject)) {
            return true;
        }
    }
    return false;
}

static enum error people_of(struct round *round, const struct open_alert *alert,
                            struct slice *ret_people)
{
    struct oncall roles[ROLE_COUNT];
    TRY(oncall_read(round->arena, round->given->settings, roles));
    utime now = round->given->now;
    bool is_database = slice_starts(alert->subject, S("database"));
    bool is_urgent = alert->severity >= SEVERITY_CRITICAL;
    struct slice people[] = { is_urgent ? oncall_now(&roles[ROLE_PRIMARY], now) : S(""),
                              is_database ? oncall_now(&roles[ROLE_DATABASE], now) : S("") };
    *ret_people = oncall_json(round->arena, people, ARRAY_LEN(people));
    return OK;
}

static enum error tell(struct round *round, struct open_alert *alert, bool is_end)
{
    struct arena *arena = round->arena;
    const char *severity = alert_severity_name(alert->severity);
    bool is_known = alert->rule < ALERT_COUNT;
    const char *rule = is_known ? alert_rule(alert->rule)->name : "a rule of another version";
    struct slice body =
        is_known ? alert_body_print(arena, alert->rule, alert->value, alert->threshold, alert->node)
                 : S("");
    if (is_end) {
        body = arena_format(arena, "It was %.*s", FMT(body));
    }
    if (alert->incident_ref.len > 0) {
        body = arena_format(arena, "%.*s\nIncident %.*s: `astralfield incident ack %.*s`.",
                            FMT(body), FMT(alert->incident_ref), FMT(alert->incident_ref));
    }
    struct message message = {
        .at = round->given->now,
        .kind = is_end ? "resolved" : "firing",
        .severity = slice_from(severity),
        .subject = alert->subject,
        .title = arena_format(arena, "%s %s (%.*s)", is_end ? "Resolved:" : severity, rule,
                              FMT(alert->subject)),
        .body = body,
        .alert_id = alert->id,
        .incident_id = alert->incident_id,
        .is_simulation = alert->is_simulation,
    };
    TRY(people_of(round, alert, &message.recipients));
    struct slice dedup =
        arena_format(arena, "alert:%" PRId64 ":%s", alert->id, is_end ? "end" : severity);
    TRY(notify_add(round->tx, round->given->settings, &message, dedup, NULL));
    if (!is_end) {
        alert->told = alert->severity;
        tx_send(round->tx, SQL_ALERTS_TOLD, PARAMS(P_INT(alert->id), P_TEXT(slice_from(severity))));
    }
    round->outcome.told++;
    return OK;
}

static enum error end(struct round *round, struct open_alert *alert)
{
    utime now = round->given->now;
    tx_send(round->tx, SQL_ALERTS_END, PARAMS(P_INT(alert->id), P_TIME(now)));
    round->outcome.ended++;
    if (alert->incident_id != 0) {
        TRY(incident_mitigate(round->tx, alert->incident_id,
                              S("The figure is good again; the alert has ended."), now));
    }
    return alert->told == SEVERITY_NONE ? OK : tell(round, alert, true);
}

static enum error settle_subject(struct round *round, struct slice subject)
{
    enum alert_id id = worst_rule(round, subject);
    struct open_alert *alert = open_of(round, subject);
    if (id == ALERT_COUNT) {
        return alert == NULL ? OK : end(round, alert);
    }
    TRY(alert == NULL ? begin(round, subject, id) : change(round, alert, id));
    alert = open_of(round, subject);
    if (alert != NULL && alert->severity > alert->told && !is_silenced(round, alert)) {
        return tell(round, alert, false);
    }
    return OK;
}

static bool is_first_of_subject(size_t id)
{
    const char *subject = alert_rule((enum alert_id)id)->subject;
    for (size_t i = 0; i < id; i++) {
        if (strcmp(alert_rule((enum alert_id)i)->subject, subject) == 0) {
            return false;
        }
    }
    return true;
}

static enum error decide(struct round *round)
{
    TRY(read_situation(round));
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        step_rule(round, (enum alert_id)id);
    }
    for (size_t id = 0; id < ALERT_COUNT; id++) {
        if (is_first_of_subject(id)) {
            TRY(settle_subject(round, slice_from(alert_rule((enum alert_id)id)->subject)));
        }
    }
    for (size_t i = 0; i < round->open_count; i++) {
        if (round->open[i].rule == ALERT_COUNT) {
            TRY(end(round, &round->open[i])); /* its rule is no more */
        }
    }
    return OK;
}

enum error alerts_evaluate(const struct alert_round *given, struct alert_outcome *ret_outcome)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    TRY(tx_begin(&arena, &tx));
    TRY(tx_query(&tx, SQL_ALERTS_CLOCK, NO_PARAMS, &rows));
    tx_send(&tx, SQL_ALERTS_NODE_WRITE,
            PARAMS(P_TEXT(given->node), P_TIME(given->now),
                   P_TEXT(alert_figures_json(&arena, given->figures))));
    int64_t apart = given->now - rows_time(&rows, 0, "evaluated_at");
    bool is_ours = slice_eq(rows_text(&rows, 0, "node"), given->node);
    bool is_soon = apart >= 0 && apart < ALERT_APART_MS * US_PER_MS;
    *ret_outcome = (struct alert_outcome){ .is_decided = false };
    if (is_soon && !is_ours && !given->is_forced) {
        return tx_commit(&tx);
    }
    struct round *round = ARENA_NEW(&arena, struct round);
    *round = (struct round){ .given = given, .tx = &tx, .arena = &arena };
    TRY(decide(round));
    tx_send(&tx, SQL_ALERTS_CLOCK_SET, PARAMS(P_TIME(given->now), P_TEXT(given->node)));
    TRY(tx_commit(&tx));
    round->outcome.is_decided = true;
    *ret_outcome = round->outcome;
    return OK;
}

/* ---- when the database itself was gone ---- */

void alerts_outage_message(struct arena *arena, const struct alert_round *given, int64_t silent_us,
                           struct message *ret_message)
{
    const struct alert_rule *rule = alert_rule(ALERT_DATABASE_DOWN);
    *ret_message = (struct message){
        .at = given->now,
        .kind = "firing",
        .severity = slice_from(alert_severity_name(rule->severity)),
        .subject = slice_from(rule->subject),
        .title = arena_format(arena, "%s %s (%s)", alert_severity_name(rule->severity), rule->name,
                              rule->subject),
        .body = alert_body_print(arena, ALERT_DATABASE_DOWN, silent_us / US_PER_MS, rule->threshold,
                                 given->node),
        .recipients = S(""),
        .incident_ref = S(""),
    };
}

static enum error write_outage(struct round *round, utime since)
{
    struct rows rows = { 0 };
    const struct alert_rule *rule = alert_rule(ALERT_DATABASE_DOWN);
    utime now = round->given->now;
    struct open_alert alert = { .value = (now - since) / US_PER_MS,
                                .threshold = rule->threshold,
                                .subject = slice_from(rule->subject),
                                .node = round->given->node,
                                .incident_ref = S(""),
                                .rule = ALERT_DATABASE_DOWN,
                                .severity = rule->severity,
                                .told = rule->severity };
    TRY(tx_query(round->tx, SQL_ALERTS_ADD,
                 PARAMS(P_TEXT(alert.subject), P_TEXT(slice_from(rule->name)),
                        P_TEXT(slice_from(alert_severity_name(alert.severity))), P_INT(alert.value),
                        P_INT(alert.threshold), P_TEXT(alert.node), P_TIME(since), P_BOOL(false)),
                 &rows));
    if (rows.count == 0) {
        return OK; /* an alert about the database is open: it goes on */
    }
    alert.id = rows_int(&rows, 0, "id");
    tx_send(round->tx, SQL_ALERTS_TOLD,
            PARAMS(P_INT(alert.id), P_TEXT(slice_from(alert_severity_name(alert.severity)))));
    TRY(open_incident(round, &alert));
    return end(round, &alert);
}

enum error alerts_outage_over(const struct alert_round *given, utime since)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    TRY(tx_begin(&arena, &tx));
    TRY(tx_query(&tx, SQL_ALERTS_CLOCK, NO_PARAMS, &rows)); /* the fence */
    TRY(tx_query(&tx, SQL_ALERTS_OUTAGE_TOLD, PARAMS(P_TIME(since)), &rows));
    if (!rows_bool(&rows, 0, "is_told")) {
        struct round *round = ARENA_NEW(&arena, struct round);
        *round = (struct round){ .given = given, .tx = &tx, .arena = &arena };
        for (size_t id = 0; id < ALERT_COUNT; id++) {
            round->limits[id] = alert_limits((enum alert_id)id, false);
        }
        TRY(write_outage(round, since));
    }
    return tx_commit(&tx);
}
