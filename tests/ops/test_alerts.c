/* Alerts, messages and escalation on a real PostgreSQL, with a clock that is passed in. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "ops/alert_state.h"
#include "ops/incidents.h"
#include "ops/notes.h"
#include "ops/notify.h"
#include "stage.h"

#define T0 (INT64_C(1764000000) * US_PER_S) /* Monday, 2025-11-24 16:00 UTC */
#define SECONDS(count) ((int64_t)(count)*US_PER_S)
#define MINUTES(count) SECONDS(60 * (count))

struct scene {
    struct loop *loop;
    struct arena arena;
    void (*body)(struct scene *scene);
};

static const struct config settings = {
    .slack_webhook_url = "https://example.org/slack",
    .alert_webhook_url = "https://example.org/hook",
    .alert_mail_to = "",
    .smtp_url = "",
    .alert_command = "",
    .oncall_primary = "Ann <ann@example.org>",
    .oncall_secondary = "Bob <bob@example.org>",
    .oncall_database = "Dora <dora@example.org>",
    .oncall_security = "Eve <eve@example.org>",
};

static int clean(void **state)
{
    (void)state;
    stage_sql("delete from alert_deliveries; delete from alert_messages; delete from alerts; "
              "delete from alert_states; delete from alert_nodes; delete from alert_silences; "
              "delete from simulations; delete from ops_controls; "
              "delete from incident_notes; delete from incidents; "
              "update alert_clock set evaluated_at = 'epoch', node = ''");
    return 0;
}

static void play(void *thing)
{
    struct scene *scene = thing;
    scene->body(scene);
}

static void stage(void (*body)(struct scene *scene))
{
    struct scene scene = { .body = body };
    const struct db_settings settings_of_db = { .read_connections = 1,
                                                .tx_connections = 2,
                                                .read_timeout_ms = 5000,
                                                .tx_timeout_ms = 10000,
                                                .acquire_timeout_ms = 5000 };
    stage_play(settings_of_db, play, &scene, &scene.loop);
    arena_done(&scene.arena);
}

/* ---- rounds ---- */

/* One server's look, at which one figure is known. */
static struct alert_outcome look(const char *node, utime now, enum alert_id id, int64_t value)
{
    struct alert_figure figures[ALERT_COUNT] = { 0 };
    struct alert_outcome outcome = { 0 };
    figures[id] = (struct alert_figure){ .is_known = true, .value = value };
    struct alert_round round = {
        .settings = &settings, .node = slice_from(node), .now = now, .figures = figures
    };
    assert_int_equal(alerts_evaluate(&round, &outcome), OK);
    return outcome;
}

static void two_servers(struct scene *scene)
{
    (void)scene;
    enum alert_id id = ALERT_DISK_FULL;
    size_t told = 0;
    for (int64_t s = 0; s <= 120; s += 5) {
        told += look("one", T0 + SECONDS(s), id, 95000).told;
        told += look("two", T0 + SECONDS(s) + US_PER_S, id, 96000).told;
        told += look("two", T0 + SECONDS(s) + 2 * US_PER_S, id, 96000).told;
    }
    assert_int_equal(told, 1);
    assert_int_equal(stage_number("select count(*) from alerts"), 1);
    assert_int_equal(stage_number("select count(*) from alert_messages"), 1);
    assert_int_equal(stage_number("select count(*) from alert_deliveries"), 2);
    assert_int_equal(stage_number("select count(*) from incidents where severity = 'P1'"), 1);
    /* One of them is well again; the other is not. */
    for (int64_t s = 125; s <= 300; s += 5) {
        look("one", T0 + SECONDS(s), id, 10000);
        look("two", T0 + SECONDS(s) + 2 * US_PER_S, id, 96000);
    }
    assert_int_equal(stage_number("select count(*) from alerts where ended_at is null"), 1);
    for (int64_t s = 305; s <= 420; s += 5) {
        look("one", T0 + SECONDS(s), id, 10000);
        look("two", T0 + SECONDS(s) + 2 * US_PER_S, id, 10000);
    }
    assert_int_equal(stage_number("select count(*) from alerts where ended_at is null"), 0);
    assert_int_equal(stage_number("select count(*) from alert_messages where kind = 'resolved'"),
                     1);
    assert_int_equal(stage_number("select count(*) from incidents where state = 'mitigated'"), 1);
}

static void two_servers_tell_an_alert_once_and_its_end_once(void **state)
{
    (void)state;
    stage(two_servers);
}

static void dead_server(struct scene *scene)
{
    (void)scene;
    for (int64_t s = 0; s <= 60; s += 5) {
        look("dead", T0 + SECONDS(s), ALERT_DISK_FULL, 95000);
    }
    assert_int_equal(stage_number("select count(*) from alerts where ended_at is null"), 1);
    /* It says nothing more; the others' figures count, not its last one. */
    for (int64_t s = 65; s <= 240; s += 5) {
        look("alive", T0 + SECONDS(s), ALERT_DISK_FULL, 10000);
    }
    assert_int_equal(stage_number("select count(*) from alerts where ended_at is null"), 0);
}

static void a_server_that_is_gone_holds_no_alert(void **state)
{
    (void)state;
    stage(dead_server);
}

static void group(struct scene *scene)
{
    (void)scene;
    struct alert_figure figures[ALERT_COUNT] = { 0 };
    struct alert_outcome outcome = { 0 };
    size_t told = 0;
    /* Past all three limits of one subject at once, the emergency's hold as long as the critical's. */
    static const enum alert_id ids[] = { ALERT_RESPONSE_SLOW, ALERT_RESPONSE_CRITICAL,
                                         ALERT_RESPONSE_EMERGENCY };
    for (int64_t s = 0; s <= 60; s += 5) {
        for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
            figures[ids[i]] = (struct alert_figure){ .is_known = true, .value = 11000000 };
        }
        struct alert_round round = {
            .settings = &settings, .node = S("one"), .now = T0 + SECONDS(s), .figures = figures
        };
        assert_int_equal(alerts_evaluate(&round, &outcome), OK);
        told += outcome.told;
    }
    assert_int_equal(told, 1);
    assert_int_equal(stage_number("select count(*) from alerts where severity = 'emergency'"), 1);
    assert_int_equal(stage_number("select count(*) from incidents where severity = 'P0'"), 1);
}

static void rules_of_one_subject_are_one_message(void **state)
{
    (void)state;
    stage(group);
}

static void worse(struct scene *scene)
{
    (void)scene;
    for (int64_t s = 0; s <= 60; s += 5) {
        look("one", T0 + SECONDS(s), ALERT_RESPONSE_SLOW, 3000000);
    }
    assert_int_equal(stage_number("select count(*) from alert_messages where severity = 'warning'"),
                     1);
    struct alert_figure figures[ALERT_COUNT] = { 0 };
    struct alert_outcome outcome = { 0 };
    figures[ALERT_RESPONSE_SLOW] = (struct alert_figure){ .is_known = true, .value = 6000000 };
    figures[ALERT_RESPONSE_CRITICAL] = figures[ALERT_RESPONSE_SLOW];
    for (int64_t s = 65; s <= 90; s += 5) {
        struct alert_round round = {
            .settings = &settings, .node = S("one"), .now = T0 + SECONDS(s), .figures = figures
        };
        assert_int_equal(alerts_evaluate(&round, &outcome), OK);
    }
    assert_int_equal(stage_number("select count(*) from alerts"), 1);
    assert_int_equal(
        stage_number("select count(*) from alert_messages where severity = 'critical'"), 1);
    assert_int_equal(stage_number("select count(*) from alert_messages"), 2);
}

static void an_alert_that_grows_worse_is_told_again(void **state)
{
    (void)state;
    stage(worse);
}

/* ---- the queue ---- */

static void store_message(struct scene *scene, const char *dedup)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct message message = { .at = T0,
                               .kind = "note",
                               .severity = S("P2"),
                               .subject = S("incident"),
                               .title = slice_from(dedup),
                               .body = S("words") };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    assert_int_equal(notify_add(&tx, &settings, &message, slice_from(dedup), NULL), OK);
    assert_int_equal(tx_commit(&tx), OK);
}

/* Everything that is due at a sink, each sent or not; gives how many were tried. */
static int courier(struct scene *scene, enum sink sink, utime now, bool is_up)
{
    struct message message = { .id = 0 };
    int64_t tries = 0;
    int count = 0;
    for (; notify_claim(&scene->arena, sink, now, &message, &tries) == OK; count++) {
        struct delivery delivery = { .message_id = message.id,
                                     .tries = tries,
                                     .message_at = message.at,
                                     .sink = sink,
                                     .is_sent = is_up,
                                     .why = S("out of order") };
        assert_int_equal(notify_record(&scene->arena, &delivery, now), OK);
    }
    return count;
}

static void outage(struct scene *scene)
{
    int tries = 0;
    for (int i = 0; i < 20; i++) {
        store_message(scene, arena_format(&scene->arena, "message %d", i).ptr);
        store_message(scene, arena_format(&scene->arena, "message %d", i).ptr);
    }
    assert_int_equal(stage_number("select count(*) from alert_messages"), 20);
    for (int64_t s = 0; s < 600; s++) {
        tries += courier(scene, SINK_SLACK, T0 + SECONDS(s), false);
    }
    assert_in_range(tries, 20 * 10, 20 * 20); /* with back-off, at most a minute apart */
    /* The other sink was not held up. */
    assert_int_equal(courier(scene, SINK_WEBHOOK, T0 + SECONDS(1), true), 20);
    int sent = 0;
    for (int64_t s = 600; s <= 661; s++) {
        sent += courier(scene, SINK_SLACK, T0 + SECONDS(s), true);
    }
    assert_int_equal(sent, 20);
    assert_int_equal(stage_number("select count(*) from alert_deliveries where state = 'sent'"),
                     40);
}

static void a_sink_that_is_down_for_ten_minutes_loses_nothing(void **state)
{
    (void)state;
    stage(outage);
}

static void claims(struct scene *scene)
{
    struct message message = { .id = 0 };
    int64_t tries = 0;
    store_message(scene, "claimed");
    assert_int_equal(notify_claim(&scene->arena, SINK_SLACK, T0, &message, &tries), OK);
    assert_int_equal(notify_claim(&scene->arena, SINK_SLACK, T0, &message, &tries), E_NOT_FOUND);
    /* Who claimed it died: after the claim's time it is sent by another. */
    utime later = T0 + SECONDS(NOTIFY_CLAIM_S);
    assert_int_equal(notify_claim(&scene->arena, SINK_SLACK, later - 1, &message, &tries),
                     E_NOT_FOUND);
    assert_int_equal(notify_claim(&scene->arena, SINK_SLACK, later, &message, &tries), OK);
    assert_int_equal(tries, 2);
}

static void a_message_is_sent_by_one_and_by_another_when_that_one_dies(void **state)
{
    (void)state;
    stage(claims);
}

/* ---- escalation ---- */

static int64_t open_one(struct scene *scene, int severity, const char *kind, utime at)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    int64_t id = 0;
    struct incident incident = { .ref = incident_new_ref(&scene->arena, "INC", at, S("x")),
                                 .kind = kind,
                                 .severity = severity,
                                 .title = S("It burns"),
                                 .detected_by = S("a test"),
                                 .detected_at = at,
                                 .now = at };
    assert_int_equal(tx_begin(&scene->arena, &tx), OK);
    assert_int_equal(incident_store(&tx, &settings, &incident, &id), OK);
    assert_int_equal(tx_commit(&tx), OK);
    return id;
}

/* Each comes at its moment, not a microsecond before, and once. */
static void escalations(const utime *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t escalated = 0;
        assert_int_equal(incidents_escalate(&settings, wanted[i] - 1, &escalated), OK);
        assert_int_equal(escalated, 0);
        assert_int_equal(incidents_escalate(&settings, wanted[i], &escalated), OK);
        assert_int_equal(escalated, 1);
        assert_int_equal(incidents_escalate(&settings, wanted[i], &escalated), OK);
        assert_int_equal(escalated, 0);
    }
}

static void clocks(struct scene *scene)
{
    size_t escalated = 0;
    const utime p0[] = { T0 + MINUTES(15), T0 + MINUTES(30), T0 + MINUTES(60) };
    open_one(scene, 0, "incident", T0);
    escalations(p0, ARRAY_LEN(p0));
    assert_int_equal(incidents_escalate(&settings, T0 + MINUTES(10000), &escalated), OK);
    assert_int_equal(escalated, 0);
    assert_int_equal(
        stage_number("select count(*) from alert_messages where kind = 'escalation' and "
                     "recipients = array['Bob <bob@example.org>']"),
        1);
    assert_int_equal(
        stage_number("select count(*) from alert_messages where cardinality(recipients) = 4"), 1);
    clean(NULL);
    const utime p1[] = { T0 + MINUTES(60), T0 + MINUTES(75), T0 + MINUTES(105) };
    open_one(scene, 1, "security", T0);
    escalations(p1, ARRAY_LEN(p1));
    assert_int_equal(
        stage_number("select count(*) from alert_messages where kind = 'escalation' and "
                     "recipients = array['Ann <ann@example.org>', 'Eve <eve@example.org>']"),
        1);
    clean(NULL);
    const utime p2[] = { T0 + MINUTES(240) };
    open_one(scene, 2, "incident", T0);
    escalations(p2, ARRAY_LEN(p2));
}

static void an_incident_nobody_acknowledges_calls_the_next_people_to_the_second(void **state)
{
    (void)state;
    stage(clocks);
}

static void acknowledged(struct scene *scene)
{
    size_t escalated = 0;
    int64_t id = 0;
    struct incident_act act = { .ref = incident_new_ref(&scene->arena, "INC", T0, S("x")),
                                .by = S("Ann"),
                                .text = S(""),
                                .now = T0 + MINUTES(14) };
    open_one(scene, 0, "incident", T0);
    {
        CLEANUP(tx_done) struct tx tx = { 0 };
        assert_int_equal(tx_begin(&scene->arena, &tx), OK);
        assert_int_equal(incident_acknowledge(&tx, &act, &id), OK);
        assert_int_equal(tx_commit(&tx), OK);
    }
    assert_int_equal(incidents_escalate(&settings, T0 + MINUTES(10000), &escalated), OK);
    assert_int_equal(escalated, 0);
    assert_int_equal(stage_number("select count(*) from incidents where acknowledged_by = 'Ann'"),
                     1);
}

static void whoever_acknowledges_stops_the_clock(void **state)
{
    (void)state;
    stage(acknowledged);
}

static void a_p3_waits_for_the_next_working_day(void **state)
{
    (void)state;
    utime friday = T0 + INT64_C(4) * 86400 * US_PER_S;
    assert_int_equal(incident_respond_by(3, T0), T0 + INT64_C(86400) * US_PER_S);
    assert_int_equal(incident_respond_by(3, friday), friday + INT64_C(3) * 86400 * US_PER_S);
    assert_int_equal(incident_respond_by(3, friday + INT64_C(86400) * US_PER_S),
                     friday + INT64_C(3) * 86400 * US_PER_S);
}

/* ---- when the database itself was gone ---- */

static void silent(struct scene *scene)
{
    (void)scene;
    struct alert_round one = { .settings = &settings, .node = S("one"), .now = T0 + SECONDS(50) };
    struct alert_round two = { .settings = &settings, .node = S("two"), .now = T0 + SECONDS(51) };
    assert_int_equal(alerts_outage_over(&one, T0), OK);
    assert_int_equal(alerts_outage_over(&two, T0 + US_PER_S), OK);
    assert_int_equal(stage_number("select count(*) from alerts where rule = 'database_down' and "
                                  "ended_at - started_at = interval '50 seconds'"),
                     1);
    assert_int_equal(stage_number("select count(*) from alerts"), 1);
    assert_int_equal(stage_number("select count(*) from incidents where state = 'mitigated' and "
                                  "severity = 'P0'"),
                     1);
    assert_int_equal(stage_number("select count(*) from alert_messages where kind = 'resolved'"),
                     1);
}

static void an_outage_of_the_database_is_written_down_once_when_it_is_over(void **state)
{
    (void)state;
    stage(silent);
}

/* ---- failures ---- */

/* The slow request began first and failed last. */
static void out_of_order(struct scene *scene)
{
    (void)scene;
    struct error_note note = { .source = "server",
                               .category = "database",
                               .severity = "medium",
                               .route = S("PATCH /api/leagues/{leagueId}"),
                               .message = S("E_TIMEOUT: the answer took too long"),
                               .detail = S(""),
                               .request_id = S("0123456789abcdef"),
                               .status = 503,
                               .at = T0 + SECONDS(4) };
    note_error(&note);
    note.at = T0;
    note_error(&note);
    assert_int_equal(notes_write(), OK);
}

static void failures_that_end_out_of_order_are_written_down(void **state)
{
    (void)state;
    stage(out_of_order);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_servers_tell_an_alert_once_and_its_end_once, clean),
        cmocka_unit_test_setup(a_server_that_is_gone_holds_no_alert, clean),
        cmocka_unit_test_setup(rules_of_one_subject_are_one_message, clean),
        cmocka_unit_test_setup(an_alert_that_grows_worse_is_told_again, clean),
        cmocka_unit_test_setup(a_sink_that_is_down_for_ten_minutes_loses_nothing, clean),
        cmocka_unit_test_setup(a_message_is_sent_by_one_and_by_another_when_that_one_dies, clean),
        cmocka_unit_test_setup(an_incident_nobody_acknowledges_calls_the_next_people_to_the_second,
                               clean),
        cmocka_unit_test_setup(whoever_acknowledges_stops_the_clock, clean),
        cmocka_unit_test(a_p3_waits_for_the_next_working_day),
        cmocka_unit_test(failures_that_end_out_of_order_are_written_down),
        cmocka_unit_test_setup(an_outage_of_the_database_is_written_down_once_when_it_is_over,
                               clean),
    };
    return cmocka_run_group_tests_name("alerts", tests, stage_migrate, NULL);
}
