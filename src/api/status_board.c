#include "api/status_board.h"

#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "cache/redis.h"
#include "db/db.h"
#include "ops/metrics.h"
#include "run/fiber.h"

enum {
    NAP_US = 100 * 1000, /* between two looks whether to stop */
    SLOW_US = 500 * 1000,
    PATIENCE_US = 3 * 1000 * 1000, /* with a database that does not answer */
    WINDOW_LOOKS = 60,             /* of answers: five minutes */
    ANSWERS_MIN = 20,              /* fewer say nothing about a rate */
    DEGRADED_PERMILLE = 10,        /* of answers that failed: the runbook's critical rate */
    BROKEN_PERMILLE = 500,
    BACKUP_FRESH_S = 26 * 3600,
    DAY_S = 86400,
};

static struct {
    pthread_mutex_t lock; /* guards `view` and `arena` */
    struct arena arena;   /* of what the view points to */
    struct status_view *view;
} board = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Of the two fibers, which share a thread. A database that stands still keeps its fiber waiting; that it
 * waits is what the other one tells. */
static struct {
    struct app *app;
    bool is_running, is_stopping;
    struct mono looked_at;
    struct mono asked_at;    /* the database; us 0 = it has answered */
    struct mono answered_at; /* us 0 = it was never asked */
    enum error answer;
    int64_t answer_us;
    struct mono facts_at;
    struct arena facts_arena;
    struct status_view *facts; /* its days and incidents are what the database said last */
    uint64_t answers[WINDOW_LOOKS], failures[WINDOW_LOOKS];
    size_t looks;
    int64_t backup_at, feeds_at; /* seconds since 1970; 0 = not known */
} looker;

static void publish(const struct status_view *view)
{
    struct arena arena = { 0 };
    struct status_view *copy = status_copy(&arena, view);
    pthread_mutex_lock(&board.lock);
    struct arena old = board.arena;
    board.arena = arena;
    board.view = copy;
    pthread_mutex_unlock(&board.lock);
    arena_done(&old);
}

struct status_view *status_board_view(struct arena *arena, utime now)
{
    static const struct status_view nothing = { .seen_from = S_INIT("inside"),
                                                .version = S_INIT(ASTRALFIELD_VERSION) };
    pthread_mutex_lock(&board.lock);
    struct status_view *view = status_copy(arena, board.view != NULL ? board.view : &nothing);
    pthread_mutex_unlock(&board.lock);
    view->now = now;
    return view;
}

/* ---- looking ---- */

static void found(struct status_view *view, enum status_part_id id, enum status_state state,
                  struct slice note)
{
    view->parts[id].state = state;
    view->parts[id].note = note;
}

static void look_at_database(struct status_view *view)
{
    bool is_waiting = looker.asked_at.us != 0 && mono_now().us - looker.asked_at.us > PATIENCE_US;
    bool is_up = !is_waiting && looker.answer == OK;
    if (looker.answered_at.us == 0 && !is_waiting) {
        found(view, STATUS_DATABASE, STATUS_UNKNOWN, S(""));
        return;
    }
    if (!is_up) {
        found(view, STATUS_DATABASE, STATUS_BAD, S("It does not answer."));
    } else if (looker.answer_us > SLOW_US) {
        found(view, STATUS_DATABASE, STATUS_FAIR, S("It answers slowly."));
    } else {
        found(view, STATUS_DATABASE, STATUS_GOOD, S(""));
    }
    metrics_gauge(GAUGE_UP_DATABASE, is_up ? 1000 : 0);
}

static void look_at_cache(struct status_view *view)
{
    if (looker.app->settings->redis_url[0] == '\0') {
        found(view, STATUS_CACHE, STATUS_ABSENT, S(""));
        return;
    }
    bool is_up = redis_ping() == OK;
    found(view, STATUS_CACHE, is_up ? STATUS_GOOD : STATUS_FAIR,
          is_up ? S("") : S("It does not answer; everything works, but slower."));
    metrics_gauge(GAUGE_UP_CACHE, is_up ? 1000 : 0);
}

static void look_at_live(struct status_view *view)
{
    bool is_up = live_is_listening(looker.app->live);
    found(view, STATUS_LIVE, is_up ? STATUS_GOOD : STATUS_FAIR,
          is_up ? S("") : S("Changes show late, or after a reload."));
    metrics_gauge(GAUGE_UP_LIVE, is_up ? 1000 : 0);
}

/* Failures among the answers of the last minutes, in thousandths; -1 = too few to say. */
static int64_t failed_permille(struct arena *arena)
{
    struct series_list list;
    series_init(&list, arena);
    metrics_read(arena, false, &list);
    uint64_t answers = series_find(&list, "http_requests", S(""))->count;
    uint64_t failures = series_find(&list, "http_status", S("5xx"))->count;
    size_t oldest = looker.looks < WINDOW_LOOKS ? 0 : looker.looks % WINDOW_LOOKS;
    uint64_t more = answers - looker.answers[oldest];
    uint64_t failed = failures - looker.failures[oldest];
    bool is_first = looker.looks == 0;
    size_t at = looker.looks++ % WINDOW_LOOKS;
    looker.answers[at] = answers;
    looker.failures[at] = failures;
    return is_first || more < ANSWERS_MIN ? -1 : (int64_t)(failed * 1000 / more);
}

static void look_at_web(struct status_view *view, struct arena *arena)
{
    int64_t failed = failed_permille(arena);
    if (view->parts[STATUS_DATABASE].state == STATUS_BAD) {
        found(view, STATUS_WEB, STATUS_FAIR, S("Pages open, but nothing can be read or saved."));
    } else if (failed > BROKEN_PERMILLE) {
        found(view, STATUS_WEB, STATUS_BAD, S("Most requests fail."));
    } else if (failed > DEGRADED_PERMILLE) {
        found(view, STATUS_WEB, STATUS_FAIR, S("Some requests fail."));
    } else {
        found(view, STATUS_WEB, STATUS_GOOD, S(""));
    }
    metrics_gauge(GAUGE_UP_WEB, view->parts[STATUS_WEB].state == STATUS_GOOD ? 1000 : 0);
}

static struct slice since_text(struct arena *arena, const char *what, int64_t seconds)
{
    char text[UTIME_TEXT_MAX];
    struct slice stamp = utime_print(seconds * US_PER_S, text);
    return arena_format(arena, "%s %.10s %.5s UTC.", what, stamp.ptr, stamp.ptr + 11);
}

/* From what the database said last; these change slowly. */
static void judge_facts(struct status_view *view, struct arena *arena, utime now)
{
    if (looker.backup_at == 0) {
        found(view, STATUS_BACKUPS, STATUS_UNKNOWN, S("No backup is known."));
    } else {
        bool is_fresh = now / US_PER_S - looker.backup_at < BACKUP_FRESH_S;
        found(view, STATUS_BACKUPS, is_fresh ? STATUS_GOOD : STATUS_FAIR,
              since_text(arena, "The newest is of", looker.backup_at));
        metrics_gauge(GAUGE_UP_BACKUPS, is_fresh ? 1000 : 0);
    }
    found(view, STATUS_FEEDS, STATUS_UNKNOWN,
          looker.feeds_at == 0
              ? S("No football data is stored.")
              : since_text(arena, "Nothing is asked by itself. The newest data is of",
                           looker.feeds_at));
}

/* ---- what the database keeps ---- */

static int part_of(const char *key)
{
    for (int i = 0; i < STATUS_PART_COUNT; i++) {
        if (strcmp(status_part_key((enum status_part_id)i), key) == 0) {
            return i;
        }
    }
    return -1;
}

static void read_days(struct status_view *view, const json_t *days)
{
    for (size_t i = 0; i < json_array_size(days); i++) {
        const json_t *row = json_array_get(days, i);
        const char *key = json_string_value(json_array_get(row, 0));
        int part = key == NULL ? -1 : part_of(key);
        int64_t ago = json_integer_value(json_array_get(row, 1));
        if (part < 0 || ago < 0 || ago >= STATUS_DAYS) {
            continue;
        }
        struct status_day *day = &view->parts[part].days[STATUS_DAYS - 1 - ago];
        *day = (struct status_day){ .good = json_integer_value(json_array_get(row, 2)),
                                    .all = json_integer_value(json_array_get(row, 3)) };
        if (part == STATUS_WEB) { /* the node that ran longest stands for us */
            int64_t top = json_integer_value(json_array_get(row, 4));
            day->good = day->all == 0 ? 0 : day->good * top / day->all;
            day->all = top;
        }
    }
}

/* Between two days that were measured we ran, or were down: looks that nobody made count as bad ones. */
static void count_absence(struct status_part *web, utime now)
{
    bool has_begun = false;
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        struct status_day *day = &web->days[i];
        bool is_today = i + 1 == STATUS_DAYS;
        int64_t due =
            (is_today ? now / US_PER_S % DAY_S - STATUS_FACTS_S * 10 : DAY_S) / STATUS_LOOK_S;
        due -= due / 20; /* a look is a little late */
        if (has_begun && day->all < due) {
            day->all = due;
        }
        has_begun |= day->all > 0;
    }
}

static void read_incidents(struct status_view *view, struct arena *arena, const json_t *list)
{
    view->incident_count = 0;
    for (size_t i = 0; i < json_array_size(list) && i < STATUS_INCIDENTS_MAX; i++) {
        const json_t *one = json_array_get(list, i);
        view->incidents[view->incident_count++] = (struct status_incident){
            .severity =
                arena_copy(arena, slice_from(json_string_value(json_object_get(one, "severity")))),
            .title =
                arena_copy(arena, slice_from(json_string_value(json_object_get(one, "title")))),
            .is_over = json_is_true(json_object_get(one, "isOver")),
            .since = json_integer_value(json_object_get(one, "since")) * US_PER_S,
            .until = json_integer_value(json_object_get(one, "until")) * US_PER_S,
        };
    }
}

/* `view` is empty. */
static enum error read_facts(struct status_view *view, struct arena *arena, utime now)
{
    struct rows rows = { 0 };
    TRY(db_read(arena, SQL_OPS_STATUS_FACTS, NO_PARAMS, &rows));
    struct slice text = rows_json(&rows);
    json_t *facts = json_loadb(text.ptr, text.len, 0, NULL);
    if (facts == NULL) {
        return E_INTERNAL;
    }
    read_days(view, json_object_get(facts, "days"));
    count_absence(&view->parts[STATUS_WEB], now);
    read_incidents(view, arena, json_object_get(facts, "incidents"));
    looker.backup_at = json_integer_value(json_object_get(facts, "backupAt"));
    looker.feeds_at = json_integer_value(json_object_get(facts, "feedsAt"));
    view->facts_at = now;
    json_decref(facts);
    return OK;
}

/* ---- the fibers ---- */

static void look(void)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    utime now = utime_now();
    struct status_view *view = status_board_view(&arena, now);
    if (looker.facts != NULL) {
        for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
            memcpy(view->parts[i].days, looker.facts->parts[i].days, sizeof(view->parts[i].days));
        }
        memcpy(view->incidents, looker.facts->incidents, sizeof(view->incidents));
        view->incident_count = looker.facts->incident_count;
        view->facts_at = looker.facts->facts_at;
    }
    look_at_database(view);
    look_at_cache(view);
    look_at_live(view);
    look_at_web(view, &arena);
    judge_facts(view, &arena, now);
    view->at = utime_now();
    publish(view);
}

static void looker_body(void *thing)
{
    (void)thing;
    while (!looker.is_stopping) {
        bool is_first = looker.looked_at.us == 0;
        bool is_due = mono_now().us - looker.looked_at.us >= STATUS_LOOK_S * US_PER_S;
        if (is_first ? looker.answered_at.us != 0 || looker.asked_at.us != 0 : is_due) {
            looker.looked_at = mono_now();
            look();
        }
        fiber_sleep(NAP_US);
    }
    looker.is_running = false;
}

static void ask_for_facts(void)
{
    struct arena arena = { 0 };
    struct status_view *facts = ARENA_NEW(&arena, struct status_view);
    if (read_facts(facts, &arena, utime_now()) != OK || looker.is_stopping) {
        arena_done(&arena);
        return;
    }
    arena_done(&looker.facts_arena);
    looker.facts_arena = arena;
    looker.facts = facts;
    looker.facts_at = mono_now();
}

static void ask(void)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    looker.asked_at = mono_now();
    looker.answer = db_read(&arena, SQL_OPS_PING, NO_PARAMS, &rows);
    looker.answer_us = mono_now().us - looker.asked_at.us;
    bool is_due =
        looker.facts_at.us == 0 || mono_now().us - looker.facts_at.us >= STATUS_FACTS_S * US_PER_S;
    if (looker.answer == OK && is_due && !looker.is_stopping) {
        ask_for_facts();
    }
    looker.asked_at.us = 0;
    looker.answered_at = mono_now();
}

static void asker_body(void *thing)
{
    (void)thing;
    /* The first question waits for the connections, so that a start is no outage. */
    enum error error = db_wait_ready(STATUS_LOOK_S * US_PER_S / 2, NULL);
    (void)error;
    while (!looker.is_stopping) {
        if (looker.answered_at.us == 0 ||
            mono_now().us - looker.answered_at.us >= STATUS_LOOK_S * US_PER_S / 2) {
            ask();
        }
        fiber_sleep(NAP_US);
    }
}

enum error status_board_start(struct loop *loop, struct app *app)
{
    memset(&looker, 0, sizeof(looker));
    looker.app = app;
    looker.is_running = true;
    enum error error = fiber_start(loop, looker_body, NULL);
    if (error != OK) {
        looker.is_running = false;
        return error;
    }
    return fiber_start(loop, asker_body, NULL);
}

void status_board_stop(void)
{
    looker.is_stopping = true;
    while (looker.is_running) {
        fiber_sleep(NAP_US / 10);
    }
    arena_done(&looker.facts_arena); /* the other fiber keeps nothing any more */
    looker.facts = NULL;
    pthread_mutex_lock(&board.lock);
    arena_done(&board.arena);
    board.view = NULL;
    pthread_mutex_unlock(&board.lock);
}
