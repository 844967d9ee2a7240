#include "jobs/imports.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json.h"
#include "base/log.h"
#include "db/db.h"
#include "imports/source.h"
#include "imports/store.h"
#include "ops/switches.h"
#include "run/fiber.h"
#include "run/work.h"

enum { STEP_BYTES = 200, TELL_US = 500 * 1000, STOP_LOOK_US = 5 * 1000 };

struct imports {
    struct work_pool *pool;
    bool is_running;
    bool has_teller;
};

/* One import under way. What the worker's thread and the loop both touch stands behind the lock. */
struct running {
    struct imports *imports;
    struct arena arena;
    struct faults faults;
    int64_t id, user_id;
    enum import_platform platform;
    struct slice league_id;
    int season;
    bool has_documents, is_operator;
    struct rows documents; /* the uploaded ones */
    struct import_source source;
    struct import_model model;
    struct import_report report;
    enum error error;
    bool is_over;
    pthread_mutex_t lock;
    char step[STEP_BYTES];
    size_t step_len;
    int64_t done, total; /* total 0: not known */
};

/* ---- reading, on a worker's thread ---- */

static void note_step(struct running *running, struct slice step, int64_t done, int64_t total)
{
    pthread_mutex_lock(&running->lock);
    running->step_len = step.len < STEP_BYTES ? step.len : STEP_BYTES;
    memcpy(running->step, step.ptr, running->step_len);
    running->done = done;
    running->total = total;
    pthread_mutex_unlock(&running->lock);
}

static void document_read(void *thing, struct slice document)
{
    struct running *running = thing;
    note_step(running, document, running->done + 1, 0);
}

/* Uploaded paths may begin with folders of the person's own: "Downloads/sleeper/v1/league/1.json". */
static bool path_fits(struct slice stored, struct slice wanted)
{
    if (stored.len <= wanted.len) {
        return slice_eq(stored, wanted);
    }
    size_t cut = stored.len - wanted.len;
    return stored.ptr[cut - 1] == '/' && slice_eq(slice_from_to(stored, cut, stored.len), wanted);
}

static bool uploaded(void *thing, struct slice path, struct slice *ret_bytes)
{
    struct running *running = thing;
    static const struct slice roots[] = { S_INIT("sleeper/v1/"), S_INIT("espn/") };
    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        if (slice_starts(path, roots[i])) {
            path = slice_from_to(path, roots[i].len, path.len);
        }
    }
    for (size_t i = 0; i < running->documents.count; i++) {
        if (path_fits(rows_text(&running->documents, i, "path"), path)) {
            *ret_bytes = rows_text(&running->documents, i, "content");
            return true;
        }
    }
    return false;
}

static void read_model(void *thing)
{
    struct running *running = thing;
    running->source = (struct import_source){ .arena = &running->arena,
                                              .faults = &running->faults,
                                              .step = document_read,
                                              .thing = running };
    struct import_source *source = &running->source;
    if (running->has_documents) {
        source->memory = uploaded;
    } else if (running->platform == PLATFORM_ESPN && switch_on(SWITCH_ESPN_FALLBACK_MODE)) {
        running->error = refuse(&running->faults, E_CONFLICT,
                                "Nothing is asked of ESPN just now (ESPN_FALLBACK_MODE): give the "
                                "league's documents, or try again later.");
        return;
    } /* else: the platform's public API */
    running->error = running->platform == PLATFORM_SLEEPER
                         ? sleeper_read(source, running->league_id, &running->model)
                         : espn_read(source, running->league_id, running->season, &running->model);
}

/* Lines of statistics score every league of their platform here, so they are taken from the platform
 * itself and from operators alone; the league is scored from the NFL's otherwise. */
static void drop_lines(struct running *running)
{
    for (size_t i = 0; i < running->model.count; i++) {
        running->model.seasons[i]->lines.count = 0;
        running->model.seasons[i]->has_own_lines = false;
    }
}

/* ---- storing, in the fiber ---- */

static void part_stored(void *thing, int64_t done, int64_t total)
{
    note_step(thing, S("storing"), done, total);
}

static enum error store_model(struct running *running)
{
    struct import_options options = { .now = utime_now(),
                                      .commissioner_id = running->user_id,
                                      .step = part_stored,
                                      .thing = running };
    return import_league_store(&running->model, &options, &running->faults, &running->report);
}

/* ---- telling ---- */

static enum error tell_step(struct running *running)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    pthread_mutex_lock(&running->lock);
    struct slice step =
        arena_copy(&arena, (struct slice){ .ptr = running->step, .len = running->step_len });
    int64_t done = running->done;
    int64_t total = running->total;
    pthread_mutex_unlock(&running->lock);
    TRY(tx_begin(&arena, &tx));
    tx_send(&tx, SQL_IMPORT_JOBS_STEP,
            PARAMS(P_INT(running->id), step.len > 0 ? P_TEXT(step) : P_NULL, P_INT(done),
                   total > 0 ? P_INT(total) : P_NULL));
    return tx_commit(&tx);
}

/* Beside the import's fiber: how far it is, which also says that its server lives. */
static void teller(void *thing)
{
    struct running *running = thing;
    struct imports *imports = running->imports;
    while (!running->is_over) {
        enum error error = tell_step(running);
        if (error != OK) {
            log_line(LOG_WARN, "import_step_untold", "import=%lld error=%s", (long long)running->id,
                     error_info(error)->name);
        }
        fiber_sleep(TELL_US);
    }
    imports->has_teller = false;
}

static struct slice problem_json(struct running *running, enum error error)
{
    const struct error_info *info = error_info(error);
    struct json json;
    json_init(&json, &running->arena);
    json_open_object(&json);
    json_member_text(&json, S("type"), slice_from(info->slug));
    json_member_text(&json, S("title"), slice_from(info->title));
    if (running->faults.detail.len > 0 && info->status < 500) {
        json_member_text(&json, S("detail"), running->faults.detail);
    }
    json_key(&json, S("errors"));
    json_open_array(&json);
    for (const struct fault *fault = running->faults.first; fault != NULL; fault = fault->next) {
        json_open_object(&json);
        json_member_text(&json, S("at"), fault->at);
        json_member_text(&json, S("message"), fault->message);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    return json_done(&json);
}

static enum error tell_end(struct running *running, enum error error)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(&running->arena, &tx));
    struct param of_report = P_NULL;
    struct param of_problem = P_NULL;
    if (error == OK) {
        of_report = P_TEXT(report_json(&running->arena, &running->report, S("")));
    } else {
        of_problem = P_TEXT(problem_json(running, error));
    }
    tx_send(&tx, SQL_IMPORT_JOBS_FINISH, PARAMS(P_INT(running->id), of_report, of_problem));
    return tx_commit(&tx);
}

/* ---- one import ---- */

static enum error carry_out(struct running *running)
{
    TRY(db_read(&running->arena, SQL_IMPORT_JOBS_DOCUMENTS, PARAMS(P_INT(running->id)),
                &running->documents));
    TRY(work_run(running->imports->pool, read_model, running));
    TRY(running->error);
    if (running->has_documents && !running->is_operator) {
        drop_lines(running);
    }
    return store_model(running);
}

static void import_fiber(void *thing)
{
    struct running *running = thing;
    struct imports *imports = running->imports;
    imports->has_teller = fiber_start(loop_here(), teller, running) == OK;
    enum error error = carry_out(running);
    running->is_over = true;
    while (imports->has_teller) {
        fiber_sleep(STOP_LOOK_US);
    }
    log_line(error == OK ? LOG_INFO : LOG_WARN, "import_ended", "import=%lld result=%s",
             (long long)running->id, error == OK ? "ok" : error_info(error)->name);
    error = tell_end(running, error);
    if (error != OK) { /* it stays "running" and silent, and is taken up again */
        log_line(LOG_ERROR, "import_end_untold", "import=%lld error=%s", (long long)running->id,
                 error_info(error)->name);
    }
    pthread_mutex_destroy(&running->lock);
    arena_done(&running->arena);
    free(running);
    imports->is_running = false;
}

static void start_one(struct imports *imports, const struct rows *row)
{
    struct running *running = calloc(1, sizeof(*running));
    CHECK(running != NULL);
    running->imports = imports;
    running->faults.arena = &running->arena;
    running->id = rows_int(row, 0, "id");
    running->user_id = rows_int(row, 0, "user_id");
    running->platform = slice_eq(rows_text(row, 0, "platform"), platform_key(PLATFORM_ESPN))
                            ? PLATFORM_ESPN
                            : PLATFORM_SLEEPER;
    running->league_id = arena_copy(&running->arena, rows_text(row, 0, "source_league_id"));
    running->season = (int)rows_int(row, 0, "season");
    running->has_documents = rows_bool(row, 0, "has_documents");
    running->is_operator = rows_bool(row, 0, "is_operator");
    pthread_mutex_init(&running->lock, NULL);
    imports->is_running = true;
    if (fiber_start(loop_here(), import_fiber, running) != OK) { /* taken up again when silent */
        imports->is_running = false;
        pthread_mutex_destroy(&running->lock);
        arena_done(&running->arena);
        free(running);
    }
}

enum error imports_tick(struct imports *imports, utime *ret_next)
{
    *ret_next = 0;
    if (imports->is_running) {
        return OK;
    }
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows row;
    TRY(tx_begin(&arena, &tx));
    TRY(tx_query(&tx, SQL_IMPORT_JOBS_CLAIM, NO_PARAMS, &row));
    TRY(tx_commit(&tx));
    if (row.count > 0) {
        start_one(imports, &row);
    }
    return OK;
}

struct imports *imports_new(struct work_pool *pool)
{
    struct imports *imports = calloc(1, sizeof(*imports));
    CHECK(imports != NULL);
    imports->pool = pool;
    return imports;
}

void imports_stop(struct imports *imports)
{
    while (imports != NULL && imports->is_running) {
        fiber_sleep(STOP_LOOK_US);
    }
    free(imports);
}
