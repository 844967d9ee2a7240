#include "jobs/alerts.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "db/db.h"
#include "ops/alert_measure.h"
#include "ops/alert_state.h"
#include "ops/figures.h"
#include "ops/incidents.h"
#include "ops/metrics.h"
#include "ops/notify.h"
#include "ops/simulate.h"
#include "run/fiber.h"
#include "run/work.h"

#define TICK_US (1 * US_PER_S)
#define LOOK_US (5 * US_PER_S)
#define FACTS_US (20 * US_PER_S)
#define TIDY_US (3600 * US_PER_S)
#define KEPT_US (90 * 86400 * US_PER_S)
#define PAUSE_US (50 * US_PER_MS)

enum { WINDOW_STATEMENTS_MINUTES = 15, QUIET_PEOPLE = 20, QUIET_KNOWN_S = 600, TITLE_BYTES = 300 };

/* An outage of the database, which no queue can hold. */
struct outage {
    bool is_told; /* people were called, and it is not written down yet */
    utime since, at;
    int64_t silent_us;
};

struct courier {
    struct alerts *alerts;
    enum sink sink;
};

/* Of one loop: no lock. */
struct alerts {
    const struct config *settings;
    struct work_pool *pool; /* NULL when no sink is set */
    struct courier couriers[SINK_COUNT];
    unsigned running; /* fibers */
    bool is_stopping;
    utime looked_at, facts_at, tidied_at;
    struct mono answered_at;    /* the database */
    struct alert_state silence; /* of the rule database_down, which must work without a database */
    struct outage outage;
    struct alert_facts facts;
    struct alert_news news;
    struct alert_sample sample;
    enum error failed; /* of the last look, to say it once */
};

/* A second's sleep, less when the server stops. */
static void rest(const struct alerts *alerts)
{
    for (int64_t waited = 0; waited < TICK_US && !alerts->is_stopping; waited += PAUSE_US) {
        fiber_sleep(PAUSE_US);
    }
}

/* ---- what only the database knows ---- */

static int64_t thousandths(int64_t value)
{
    return value < 0 ? -1 : value * 1000;
}

static void take_fact(struct alerts *alerts, struct slice name, int64_t value, utime now)
{
    struct alert_news *news = &alerts->news;
    struct alert_facts *facts = &alerts->facts;
    if (news->fact_count < ALERT_NAMED_FACTS_MAX && name.len <= ALERT_FACT_NAME_MAX) {
        struct alert_named_fact *fact = &news->facts[news->fact_count++];
        memcpy(fact->name, name.ptr, name.len);
        fact->name[name.len] = '\0';
        fact->value = value;
    }
    if (slice_eq(name, S("backup_last_at"))) {
        int64_t age_s = now / US_PER_S - value;
        facts->backup_age = age_s < 0 ? 0 : age_s * 1000 / 3600;
    } else if (slice_eq(name, S("archive_lag_seconds"))) {
        facts->archive_lag = thousandths(value);
    } else if (slice_eq(name, S("second_place_lost"))) {
        facts->second_place_lost = thousandths(value);
    } else if (slice_eq(name, S("espn_latency_ms"))) {
        facts->espn_latency = thousandths(value);
    }
}

/* Nobody here for a while says something only when many were here before. */
static int64_t quiet_seconds(const struct rows *rows)
{
    int64_t quiet_s = rows_int(rows, 0, "quiet_s");
    bool is_known = !rows_null(rows, 0, "quiet_s") &&
                    (quiet_s < QUIET_KNOWN_S || rows_int(rows, 0, "users_before") >= QUIET_PEOPLE);
    return is_known ? (quiet_s < 0 ? 0 : quiet_s) : -1;
}

static enum error look_at_facts(struct alerts *alerts, utime now)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    struct rows named = { 0 };
    struct window window = { 0 };
    TRY(db_read(&arena, SQL_ALERTS_FACTS, NO_PARAMS, &rows));
    TRY(db_read(&arena, SQL_ALERTS_NAMED_FACTS, NO_PARAMS, &named));
    figures_window(&arena, now, WINDOW_STATEMENTS_MINUTES, &window);
    int64_t quiet_s = quiet_seconds(&rows);
    alerts->facts = (struct alert_facts){ .statement_mean = alert_statement_mean(&window.series),
                                          .job_failures = alert_job_failures(&window.series),
                                          .active_users = thousandths(rows_int(&rows, 0, "users")),
                                          .quiet = quiet_s < 0 ? -1 : quiet_s * 1000 / 60,
                                          .espn_latency = -1,
                                          .backup_age = -1,
                                          .archive_lag = -1,
                                          .second_place_lost = -1 };
    alerts->news =
        (struct alert_news){ .active_users = rows_int(&rows, 0, "users"), .quiet_s = quiet_s };
    for (size_t i = 0; i < named.count; i++) {
        take_fact(alerts, rows_text(&named, i, "name"), rows_int(&named, i, "value"), now);
    }
    return OK;
}

void alerts_read_simulation(void)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    if (db_read(&arena, SQL_ALERTS_SIMULATION_NOW, PARAMS(P_TIME(utime_now())), &rows) != OK) {
        return; /* what is played ends by itself */
    }
    if (rows.count == 0) {
        simulation_play(SIMULATE_NOTHING, 0, 0);
        return;
    }
    int severity = incident_severity(rows_text(&rows, 0, "severity"));
    simulation_play(simulation_find(rows_text(&rows, 0, "kind")),
                    severity < INCIDENT_SEVERITIES ? severity : INCIDENT_SEVERITIES - 1,
                    rows_time(&rows, 0, "ends_at"));
}

static enum error tidy(utime now)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(&arena, &tx));
    tx_send(&tx, SQL_ALERTS_TIDY, PARAMS(P_TIME(now - KEPT_US)));
    tx_send(&tx, SQL_ALERTS_SIMULATION_CLOSE, PARAMS(P_TIME(now)));
    return tx_commit(&tx);
}

/* ---- the look ---- */

static struct alert_round round_of(const struct alerts *alerts, utime now)
{
    return (struct alert_round){ .settings = alerts->settings,
                                 .node = slice_from(figures_node()),
                                 .now = now };
}

static enum error look(struct alerts *alerts, utime now)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct alert_figure figures[ALERT_COUNT];
    struct series_list list = { 0 };
    struct machine machine = machine_last();
    struct alert_round round = round_of(alerts, now);
    struct alert_outcome outcome = { 0 };
    metrics_read(&arena, false, &list);
    alert_sample_take(&list, mono_now(), &alerts->sample);
    alert_figures(&(struct alert_look){ .newest = &alerts->sample,
                                        .machine = &machine,
                                        .facts = &alerts->facts,
                                        .silent_us = mono_now().us - alerts->answered_at.us },
                  figures);
    alert_sample_keep(&alerts->sample);
    round.figures = figures;
    alerts_read_simulation();
    TRY(alerts_evaluate(&round, &outcome));
    if (outcome.begun + outcome.ended + outcome.told > 0) {
        log_line(LOG_WARN, "alerts", "begun=%zu ended=%zu told=%zu", outcome.begun, outcome.ended,
                 outcome.told);
    }
    return OK;
}

/* ---- an outage of the database ---- */

/* A database that hangs answers nothing at all: whoever asks it waits. So one fiber asks, and another
 * looks how long ago the last answer was, and never asks anything. */
static void ping(void *thing)
{
    struct alerts *alerts = thing;
    while (!alerts->is_stopping) {
        CLEANUP(arena_done) struct arena arena = { 0 };
        struct rows rows = { 0 };
        if (db_read(&arena, SQL_OPS_PING, NO_PARAMS, &rows) == OK) {
            alerts->answered_at = mono_now();
        }
        rest(alerts);
    }
    alerts->running--;
}

static void send_outage(void *thing);

static void begin_outage(struct alerts *alerts, utime now, int64_t silent_us)
{
    alerts->outage = (struct outage){
        .is_told = true, .since = now - silent_us, .at = now, .silent_us = silent_us
    };
    log_line(LOG_ERROR, "database_silent", "seconds=%" PRId64, silent_us / US_PER_S);
    for (size_t sink = 0; sink < SINK_COUNT; sink++) {
        if (!sink_is_set(alerts->settings, (enum sink)sink)) {
            continue;
        }
        alerts->running++;
        if (fiber_start(loop_here(), send_outage, &alerts->couriers[sink]) != OK) {
            alerts->running--;
            log_line(LOG_ERROR, "message_not_sent", "sink=%s error=%s", sink_name((enum sink)sink),
                     "no fiber");
        }
    }
}

static void listen_for_silence(void *thing)
{
    struct alerts *alerts = thing;
    struct alert_limits limits = alert_limits(ALERT_DATABASE_DOWN, false);
    limits.clear_s = 0;
    while (!alerts->is_stopping) {
        utime now = utime_now();
        int64_t silent_us = mono_now().us - alerts->answered_at.us;
        struct alert_figure figure = { .is_known = true, .value = silent_us / US_PER_MS };
        alerts->news.silent_us = silent_us;
        alert_news_set(&alerts->news);
        if (alert_step(ALERT_DATABASE_DOWN, &limits, figure, now, &alerts->silence) ==
            CHANGE_FIRED) {
            begin_outage(alerts, now, silent_us);
        }
        rest(alerts);
    }
    alerts->running--;
}

/* It answers again: what people were told without it is written down. */
static void end_outage(struct alerts *alerts, utime now)
{
    struct alert_round round = round_of(alerts, now);
    if (alerts_outage_over(&round, alerts->outage.since) == OK) {
        alerts->outage.is_told = false;
        log_line(LOG_WARN, "database_back", "seconds=%" PRId64,
                 (now - alerts->outage.since) / US_PER_S);
    }
}

/* ---- the watch ---- */

static enum error tick(struct alerts *alerts, utime now)
{
    size_t escalated = 0;
    TRY(incidents_escalate(alerts->settings, now, &escalated));
    if (escalated > 0) {
        log_line(LOG_WARN, "incidents_escalated", "count=%zu", escalated);
    }
    if (now - alerts->facts_at >= FACTS_US || now < alerts->facts_at) {
        TRY(look_at_facts(alerts, now));
        alerts->facts_at = now;
    }
    if (now - alerts->looked_at >= LOOK_US || now < alerts->looked_at) {
        TRY(look(alerts, now));
        alerts->looked_at = now;
    }
    if (now - alerts->tidied_at >= TIDY_US || now < alerts->tidied_at) {
        TRY(tidy(now));
        alerts->tidied_at = now;
    }
    return OK;
}

static void watch(void *thing)
{
    struct alerts *alerts = thing;
    while (!alerts->is_stopping && db_wait_ready(PAUSE_US, NULL) != OK) {
        fiber_sleep(PAUSE_US); /* the connections are still being made */
    }
    while (!alerts->is_stopping) {
        struct mono began = mono_now();
        bool is_silent = alerts->silence.stage == STAGE_FIRING;
        if (!is_silent && alerts->outage.is_told) {
            end_outage(alerts, utime_now());
        }
        enum error error = is_silent ? OK : tick(alerts, utime_now());
        metrics_job("alerts", mono_now().us - began.us, error == OK);
        if (error != OK && error != alerts->failed) {
            log_line(LOG_ERROR, "alerts_not_decided", "error=%s", error_info(error)->name);
        }
        alerts->failed = error;
        rest(alerts);
    }
    alerts->running--;
}

/* ---- sending ---- */

struct errand {
    const struct config *settings;
    enum sink sink;
    struct message message;
    struct arena arena;
    struct slice why;
    enum error error;
};

/* On a worker's thread. */
static void send_blocking(void *thing)
{
    struct errand *errand = thing;
    errand->error =
        notify_send(errand->settings, errand->sink, &errand->message, &errand->arena, &errand->why);
}

static bool send(struct courier *courier, struct errand *errand)
{
    struct alerts *alerts = courier->alerts;
    errand->settings = alerts->settings;
    errand->sink = courier->sink;
    errand->why = S("");
    enum error error = work_run(alerts->pool, send_blocking, errand);
    error = error == OK ? errand->error : error;
    if (error != OK) {
        log_line(LOG_WARN, "message_not_sent", "sink=%s error=%s why=%s", sink_name(courier->sink),
                 error_info(error)->name, LOG_Q(errand->why));
    }
    return error == OK;
}

/* The outage, straight to the sink, until it is there or the outage is over. */
static void send_outage(void *thing)
{
    struct courier *courier = thing;
    struct alerts *alerts = courier->alerts;
    struct alert_round round = round_of(alerts, alerts->outage.at);
    int64_t silent_us = alerts->outage.silent_us;
    bool is_sent = false;
    for (int64_t tries = 1; !is_sent && alerts->silence.stage == STAGE_FIRING; tries++) {
        CLEANUP(arena_done) struct arena arena = { 0 };
        struct errand *errand = ARENA_NEW(&arena, struct errand);
        alerts_outage_message(&arena, &round, silent_us, &errand->message);
        is_sent = send(courier, errand);
        arena_done(&errand->arena);
        for (int64_t s = 0; s < notify_pause_s(tries) && !is_sent && !alerts->is_stopping; s++) {
            rest(alerts);
        }
        is_sent |= alerts->is_stopping;
    }
    alerts->running--;
}

/* True when there was something to send. */
static bool send_next(struct courier *courier, utime now)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    struct errand *errand = ARENA_NEW(&arena, struct errand);
    int64_t tries = 0;
    enum error error = db_read(&arena, SQL_ALERTS_DELIVERY_ANY,
                               PARAMS(P_TEXT(slice_from(sink_name(courier->sink))), P_TIME(now),
                                      P_TIME(now - NOTIFY_ADOPT_S * US_PER_S)),
                               &rows);
    if (error != OK || !rows_bool(&rows, 0, "is_any") ||
        notify_claim(&arena, courier->sink, now, &errand->message, &tries) != OK) {
        return false;
    }
    bool is_sent = send(courier, errand);
    struct delivery delivery = { .message_id = errand->message.id,
                                 .tries = tries,
                                 .message_at = errand->message.at,
                                 .sink = courier->sink,
                                 .is_sent = is_sent,
                                 .why = errand->why };
    error = notify_record(&arena, &delivery, utime_now());
    arena_done(&errand->arena);
    if (error != OK) {
        log_line(LOG_WARN, "delivery_not_recorded", "message=%" PRId64 " sink=%s error=%s",
                 delivery.message_id, sink_name(courier->sink), error_info(error)->name);
    }
    return true;
}

static void deliver(void *thing)
{
    struct courier *courier = thing;
    struct alerts *alerts = courier->alerts;
    while (!alerts->is_stopping) {
        bool is_silent = alerts->silence.stage == STAGE_FIRING;
        if (is_silent || !send_next(courier, utime_now())) {
            rest(alerts);
        }
    }
    alerts->running--;
}

/* ---- start and stop ---- */

static enum error start_couriers(struct alerts *alerts, struct loop *loop)
{
    unsigned count = 0;
    for (size_t sink = 0; sink < SINK_COUNT; sink++) {
        count += sink_is_set(alerts->settings, (enum sink)sink);
    }
    if (count == 0) {
        return OK;
    }
    TRY(work_pool_new(count, count, &alerts->pool));
    for (size_t sink = 0; sink < SINK_COUNT; sink++) {
        struct courier *courier = &alerts->couriers[sink];
        *courier = (struct courier){ .alerts = alerts, .sink = (enum sink)sink };
        if (sink_is_set(alerts->settings, courier->sink)) {
            TRY(fiber_start(loop, deliver, courier));
            alerts->running++;
        }
    }
    return OK;
}

enum error alerts_start(struct loop *loop, const struct config *settings,
                        struct alerts **ret_alerts)
{
    struct alerts *alerts = calloc(1, sizeof(*alerts));
    CHECK(alerts != NULL);
    alerts->settings = settings;
    alerts->facts = (struct alert_facts){ -1, -1, -1, -1, -1, -1, -1, -1 };
    alerts->news = (struct alert_news){ .silent_us = -1, .active_users = -1, .quiet_s = -1 };
    alerts->answered_at = mono_now();
    static void (*const bodies[])(void *) = { ping, listen_for_silence, watch };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        TRY(fiber_start(loop, bodies[i], alerts));
        alerts->running++;
    }
    TRY(start_couriers(alerts, loop));
    *ret_alerts = alerts;
    return OK;
}

void alerts_stop(struct alerts *alerts)
{
    if (alerts == NULL) {
        return;
    }
    alerts->is_stopping = true;
    while (alerts->running > 0) {
        fiber_sleep(PAUSE_US / 10);
    }
    work_pool_free(alerts->pool);
    alert_measure_reset();
    free(alerts);
}
