/* What Sentry gets, what it does not get, and what a dying process leaves behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/time.h"
#include "ops/crash.h"
#include "ops/sentry.h"
#include "out/guard.h"
#include "out_rig.h"

static struct arena arena;
static const char id[33] = "0123456789abcdef0123456789abcdef";
static const struct sentry_setup setup = {
    .dsn = "", .environment = "test", .version = "9.9.9", .node = "one"
};

static void wait_until(bool (*is_true)(void), const char *what)
{
    int64_t deadline = mono_now().us + 20 * US_PER_S;
    while (!is_true()) {
        if (mono_now().us > deadline) {
            fail_msg("not in time: %s", what);
        }
        usleep(2000);
    }
}

static struct error_note note_of(struct slice message)
{
    return (struct error_note){ .source = "server",
                                .category = "system",
                                .severity = "high",
                                .route = S("GET /api/x"),
                                .message = message,
                                .request_id = S("abc-1"),
                                .status = 500,
                                .at = INT64_C(1725814800) * US_PER_S };
}

/* ---- the DSN ---- */

static void a_dsn_says_where_envelopes_go(void **state)
{
    (void)state;
    static const struct {
        struct slice dsn, url, key;
    } good[] = {
        { S_INIT("https://abc@o1.example.org/42"),
          S_INIT("https://o1.example.org/api/42/envelope/"), S_INIT("abc") },
        { S_INIT("http://abc:def@127.0.0.1:9000/42"),
          S_INIT("http://127.0.0.1:9000/api/42/envelope/"), S_INIT("abc") },
        { S_INIT("https://abc@example.org/at/some/path/7"),
          S_INIT("https://example.org/at/some/path/api/7/envelope/"), S_INIT("abc") },
    };
    static const struct slice bad[] = {
        S_INIT(""),
        S_INIT("https://example.org/1"),
        S_INIT("https://@example.org/1"),
        S_INIT("https://abc@example.org/"),
        S_INIT("https://abc@example.org"),
        S_INIT("https://abc@/1"),
        S_INIT("ftp://abc@example.org/1"),
        S_INIT("https://a\r\nX: b@example.org/1"),
        S_INIT("https://abc@user@example.org/1"),
        S_INIT("abc"),
    };
    struct sentry_dsn dsn;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        assert_int_equal(sentry_parse(&arena, good[i].dsn, &dsn), OK);
        assert_true(slice_eq(dsn.envelope_url, good[i].url));
        assert_true(slice_eq(dsn.key, good[i].key));
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(sentry_parse(&arena, bad[i], &dsn), E_INVALID);
    }
}

/* ---- the envelope ---- */

/* Reads header, item header and payload as the protocol says; gives the payload. */
static json_t *payload_of(struct slice envelope)
{
    struct slice rest = envelope;
    struct slice head = slice_cut(&rest, '\n');
    struct slice item = slice_cut(&rest, '\n');
    json_t *head_json = json_loadb(head.ptr, head.len, 0, NULL);
    json_t *item_json = json_loadb(item.ptr, item.len, 0, NULL);
    assert_non_null(head_json);
    assert_non_null(item_json);
    assert_int_equal(strlen(json_string_value(json_object_get(head_json, "event_id"))), 32);
    assert_string_equal(json_string_value(json_object_get(item_json, "type")), "event");
    size_t len = (size_t)json_integer_value(json_object_get(item_json, "length"));
    assert_true(len > 0 && len < rest.len);
    assert_int_equal(rest.ptr[len], '\n');
    json_t *payload = json_loadb(rest.ptr, len, 0, NULL);
    assert_non_null(payload);
    json_decref(head_json);
    json_decref(item_json);
    return payload;
}

static void an_envelope_has_the_form_of_the_protocol(void **state)
{
    (void)state;
    struct error_note note = note_of(S("E_INTERNAL: \"quoted\"\nand more \xc3\xbc"));
    note.detail = S("at a\nat b");
    json_t *payload = payload_of(sentry_envelope(&arena, &setup, &note, id));
    assert_string_equal(json_string_value(json_object_get(payload, "event_id")), id);
    assert_string_equal(json_string_value(json_object_get(payload, "level")), "error");
    assert_string_equal(json_string_value(json_object_get(payload, "release")),
                        "astralfield@9.9.9");
    assert_string_equal(json_string_value(json_object_get(payload, "environment")), "test");
    assert_string_equal(json_string_value(json_object_get(payload, "transaction")), "GET /api/x");
    json_t *message = json_object_get(json_object_get(payload, "message"), "formatted");
    assert_string_equal(json_string_value(message), "E_INTERNAL: \"quoted\"\nand more \xc3\xbc");
    json_t *tags = json_object_get(payload, "tags");
    assert_string_equal(json_string_value(json_object_get(tags, "requestId")), "abc-1");
    json_decref(payload);
}

static void nothing_private_is_in_an_envelope(void **state)
{
    (void)state;
    static const char *const planted[] = { "hunter2hunter2", "eve@example.org",
                                           "Zm9vYmFyMTIzNDU2Nzg5MDEyMzQ1", "q9w8e7r6t5y4u3i2o1p0",
                                           "secret-query" };
    const struct slice texts[] = {
        S("password=hunter2hunter2 of eve@example.org"),
        S("{\"password\": \"hunter2hunter2\", \"token\": \"q9w8e7r6t5y4u3i2o1p0\"}"),
        S("Authorization: Bearer Zm9vYmFyMTIzNDU2Nzg5MDEyMzQ1"),
        S("Cookie: af_session=q9w8e7r6t5y4u3i2o1p0; x=1"),
        S("GET https://a.example/b?key=secret-query&x=eve@example.org failed"),
        S("q9w8e7r6t5y4u3i2o1p0"),
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct error_note note = note_of(texts[i]);
        note.detail = texts[i];
        note.route = texts[i];
        note.request_id = texts[i];
        const char *envelope = arena_cstr(&arena, sentry_envelope(&arena, &setup, &note, id));
        for (size_t k = 0; k < ARRAY_LEN(planted); k++) {
            if (strstr(envelope, planted[k]) != NULL) {
                fail_msg("%s is in %s", planted[k], envelope);
            }
        }
        json_decref(payload_of(slice_from(envelope)));
    }
}

/* ---- sending ---- */

static struct listener receiver;
static _Atomic unsigned is_silent;

static void receive(struct listener *listener, int fd)
{
    while (is_silent) {
        usleep(1000);
    }
    rig_answer(listener, fd);
}

static void start_sending(void)
{
    static char dsn[64];
    struct faults faults = { .arena = &arena };
    snprintf(dsn, sizeof(dsn), "http://key1@127.0.0.1:%u/42", receiver.port);
    const struct sentry_setup to = {
        .dsn = dsn, .environment = "test", .version = "9.9.9", .node = ""
    };
    assert_int_equal(sentry_start(&to, &faults), OK);
}

static bool is_one_sent(void)
{
    return sentry_figures().sent >= 1;
}

static bool is_all_done(void)
{
    return sentry_figures().waiting == 0;
}

static void an_error_is_posted_with_the_key(void **state)
{
    (void)state;
    receiver.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    start_sending();
    struct error_note note = note_of(S("one"));
    sentry_note(&note);
    wait_until(is_one_sent, "one event sent");
    assert_non_null(strstr(receiver.got, "POST /api/42/envelope/ HTTP/1.1\r\n"));
    assert_non_null(strstr(receiver.got, "sentry_key=key1"));
    assert_non_null(strstr(receiver.got, "sentry_version=7"));
    sentry_stop();
    assert_false(sentry_figures().is_on);
}

static void a_silent_sentry_costs_a_note_nothing_and_drops_are_counted(void **state)
{
    (void)state;
    uint64_t dropped = sentry_figures().dropped;
    is_silent = 1;
    start_sending();
    struct mono began = mono_now();
    for (size_t i = 0; i < 1000; i++) {
        struct error_note note = note_of(S("many"));
        sentry_note(&note);
    }
    /* A thousand calls that waited for one time-out each would take more than an hour. */
    assert_true(mono_now().us - began.us < 2 * US_PER_S);
    struct sentry_figures figures = sentry_figures();
    assert_int_equal(figures.waiting, SENTRY_QUEUE_MAX);
    assert_int_equal(figures.dropped - dropped, 1000 - SENTRY_QUEUE_MAX);
    is_silent = 0;
    wait_until(is_all_done, "the queue empty again");
    sentry_stop();
}

static void what_sentry_refuses_is_not_sent_again(void **state)
{
    (void)state;
    struct sentry_figures before = sentry_figures();
    receiver.answer = "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n{}";
    start_sending();
    struct error_note note = note_of(S("refused"));
    sentry_note(&note);
    wait_until(is_all_done, "the event given up");
    sentry_stop();
    assert_int_equal(sentry_figures().dropped, before.dropped + 1);
    assert_int_equal(sentry_figures().sent, before.sent);
}

static void a_wrong_dsn_is_named(void **state)
{
    (void)state;
    struct faults faults = { .arena = &arena };
    const struct sentry_setup to = {
        .dsn = "nonsense", .environment = "test", .version = "9", .node = ""
    };
    assert_int_equal(sentry_start(&to, &faults), E_INVALID);
    assert_true(slice_eq(faults.first->at, S("SENTRY_DSN")));
}

/* ---- crashes ---- */

static char data[64];
static volatile int dead = -1; /* not a constant, so that the compiler lets us */

static void run_and_die(void (*die)(void))
{
    pid_t child = fork();
    if (child == 0) {
        int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nowhere, STDERR_FILENO);
        signal(SIGSEGV, SIG_DFL); /* cmocka's would go on with the tests */
        signal(SIGABRT, SIG_DFL);
        if (crash_watch(data) == OK) {
            die();
        }
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void die_of_a_wild_pointer(void)
{
    *(volatile int *)(uintptr_t)(unsigned)(dead + 9) = 1;
}

static void die_of_a_check(void)
{
    CHECK(dead == 7);
}

static void die_of_a_signal_from_outside(void)
{
    kill(getpid(), SIGSEGV);
    pause();
}

static void each_crash_is_told_once(void **state)
{
    (void)state;
    static const struct {
        void (*die)(void);
        struct slice signal, words;
    } ways[] = {
        { die_of_a_wild_pointer, S_INIT("SIGSEGV"), S_INIT(" address=0x8 ") },
        { die_of_a_check, S_INIT("SIGABRT"), S_INIT(" dead == 7\n") },
        { die_of_a_signal_from_outside, S_INIT("SIGSEGV"), S_INIT(" build=") },
    };
    struct crash_report reports[CRASH_REPORTS_MAX];
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        run_and_die(ways[i].die);
        assert_int_equal(crash_take(&arena, data, reports), 1);
        const char *message = arena_cstr(&arena, reports[0].message);
        const char *detail = arena_cstr(&arena, reports[0].detail);
        assert_non_null(strstr(message, ways[i].signal.ptr));
        assert_non_null(strstr(detail, ways[i].words.ptr));
        assert_null(strstr(message, "unknown"));
        assert_true(reports[0].at / US_PER_S >= utime_now() / US_PER_S - 60);
        assert_int_equal(crash_take(&arena, data, reports), 0);
    }
}

static void the_place_of_a_crash_is_in_our_code(void **state)
{
    (void)state;
    struct crash_report reports[CRASH_REPORTS_MAX];
    run_and_die(die_of_a_wild_pointer);
    assert_int_equal(crash_take(&arena, data, reports), 1);
    assert_non_null(strstr(arena_cstr(&arena, reports[0].message), " at astralfield+0x"));
    struct slice rest = reports[0].detail;
    size_t frames = 0;
    while (rest.ptr != NULL) {
        frames += slice_starts(slice_cut(&rest, '\n'), S("frame=astralfield+0x"));
    }
    assert_true(frames >= 2); /* where it happened, and who called */
}

static void a_process_that_lives_or_ended_well_has_no_crash(void **state)
{
    (void)state;
    struct crash_report reports[CRASH_REPORTS_MAX];
    assert_int_equal(crash_watch(data), OK);
    assert_int_equal(crash_take(&arena, data, reports), 0);
    crash_end();
    assert_int_equal(crash_take(&arena, data, reports), 0);
    assert_int_equal(crash_take(&arena, "/nowhere", reports), 0);
}

static int start(void **state)
{
    (void)state;
    snprintf(data, sizeof(data), "/tmp/astralfield-crash.XXXXXX");
    assert_non_null(mkdtemp(data));
    assert_int_equal(out_allow(S("127.0.0.1")), OK);
    receiver.serve = receive;
    listener_start(&receiver, "127.0.0.1");
    return 0;
}

static int stop(void **state)
{
    (void)state;
    listener_stop(&receiver);
    const char *folder = arena_format(&arena, "%s/crashes", data).ptr;
    assert_int_equal(rmdir(folder), 0); /* nothing is left behind */
    assert_int_equal(rmdir(data), 0);
    arena_done(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dsn_says_where_envelopes_go),
        cmocka_unit_test(an_envelope_has_the_form_of_the_protocol),
        cmocka_unit_test(nothing_private_is_in_an_envelope),
        cmocka_unit_test(an_error_is_posted_with_the_key),
        cmocka_unit_test(a_silent_sentry_costs_a_note_nothing_and_drops_are_counted),
        cmocka_unit_test(what_sentry_refuses_is_not_sent_again),
        cmocka_unit_test(a_wrong_dsn_is_named),
        cmocka_unit_test(each_crash_is_told_once),
        cmocka_unit_test(the_place_of_a_crash_is_in_our_code),
        cmocka_unit_test(a_process_that_lives_or_ended_well_has_no_crash),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
