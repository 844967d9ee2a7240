#include "cli/drill.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "base/log.h"
#include "ops/facts.h"

enum { HOST_MAX = 64, FAILURE_MAX = 4000 };

/* ---- what happens ---- */

enum error drill_begin(struct cli *cli, const char *kind, struct drill *ret_drill)
{
    struct slice report = cli_value(cli, "report");
    struct drill drill = {
        .cli = cli, .kind = kind, .started = utime_now(), .report_fd = -1, .step_began = mono_now()
    };
    if (report.ptr != NULL) {
        const char *path = arena_cstr(cli->arena, report);
        drill.report_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (drill.report_fd < 0) {
            return refuse(&cli->faults, E_FILE, "cannot write %s: %s", path, strerror(errno));
        }
    }
    *ret_drill = drill;
    return OK;
}

void drill_clock(struct drill *drill)
{
    drill->step_began = mono_now();
}

static struct drill_step *add_step(struct drill *drill, const char *name)
{
    struct mono now = mono_now();
    CHECK(drill->step_count < DRILL_STEPS_MAX);
    struct drill_step *step = &drill->steps[drill->step_count++];
    *step = (struct drill_step){ .name = name, .us = now.us - drill->step_began.us };
    drill->step_began = now;
    return step;
}

static void print_step(const struct drill *drill, const struct drill_step *step)
{
    if (!drill->cli->is_json) {
        cli_print("%-7s %6" PRId64 ".%" PRId64 " s  %-22s %.*s\n",
                  step->is_failed ? "FAILED" : "ok", step->us / US_PER_S,
                  step->us / (US_PER_S / 10) % 10, step->name, FMT(step->said));
    }
}

void drill_step(struct drill *drill, const char *name, const char *format, ...)
{
    va_list args;
    struct drill_step *step = add_step(drill, name);
    va_start(args, format);
    step->said = arena_vformat(drill->cli->arena, format, args);
    va_end(args);
    print_step(drill, step);
}

void drill_failed(struct drill *drill, const char *name, enum error error)
{
    struct drill_step *step = add_step(drill, name);
    struct buffer said;
    buffer_init(&said, drill->cli->arena);
    buffer_add(&said, drill->cli->faults.detail);
    if (drill->cli->faults.detail.len == 0) {
        buffer_add(&said, slice_from(error_info(error)->title));
    }
    for (const struct fault *fault = drill->cli->faults.first; fault != NULL; fault = fault->next) {
        buffer_format(&said, "; %.*s: %.*s", FMT(fault->at), FMT(fault->message));
    }
    step->said = buffer_slice(&said);
    step->is_failed = true;
    print_step(drill, step);
}

static bool is_met(const struct drill_figure *figure)
{
    return figure->most < 0 || figure->value <= figure->most;
}

static struct slice thousandths(struct arena *arena, int64_t value)
{
    return value % 1000 == 0
               ? arena_format(arena, "%" PRId64, value / 1000)
               : arena_format(arena, "%" PRId64 ".%03" PRId64, value / 1000, value % 1000);
}

void drill_figure(struct drill *drill, struct drill_figure figure)
{
    struct arena *arena = drill->cli->arena;
    CHECK(drill->figure_count < DRILL_FIGURES_MAX);
    drill->figures[drill->figure_count++] = figure;
    if (drill->cli->is_json) {
        return;
    }
    cli_print("%-7s %26s %.*s %s", is_met(&figure) ? "" : "MISSED", figure.name,
              FMT(thousandths(arena, figure.value)), figure.unit);
    if (figure.most >= 0) {
        cli_print(" (at most %.*s: %s)", FMT(thousandths(arena, figure.most)), figure.objective);
    }
    cli_print("\n");
}

/* ---- how it went ---- */

/* Empty: it passed. */
static struct slice failure_of(const struct drill *drill)
{
    struct arena *arena = drill->cli->arena;
    for (size_t i = 0; i < drill->step_count; i++) {
        if (drill->steps[i].is_failed) {
            struct slice why =
                arena_format(arena, "%s: %.*s", drill->steps[i].name, FMT(drill->steps[i].said));
            return slice_is_utf8(why) && why.len <= FAILURE_MAX ? why
                                                                : slice_from(drill->steps[i].name);
        }
    }
    for (size_t i = 0; i < drill->figure_count; i++) {
        if (!is_met(&drill->figures[i])) {
            return arena_format(arena, "%s misses its objective", drill->figures[i].name);
        }
    }
    return S("");
}

static struct slice steps_json(const struct drill *drill)
{
    struct json json;
    json_init(&json, drill->cli->arena);
    json_open_array(&json);
    for (size_t i = 0; i < drill->step_count; i++) {
        const struct drill_step *step = &drill->steps[i];
        json_open_object(&json);
        json_member_text(&json, S("name"), slice_from(step->name));
        json_member_bool(&json, S("ok"), !step->is_failed);
        json_member_int(&json, S("ms"), step->us / US_PER_MS);
        json_member_text(&json, S("said"), slice_is_utf8(step->said) ? step->said : S(""));
        json_close_object(&json);
    }
    json_close_array(&json);
    return json_done(&json);
}

static struct slice figures_json(const struct drill *drill)
{
    struct arena *arena = drill->cli->arena;
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    for (size_t i = 0; i < drill->figure_count; i++) {
        const struct drill_figure *figure = &drill->figures[i];
        json_key(&json, slice_from(figure->name));
        json_open_object(&json);
        json_member_raw(&json, S("value"), thousandths(arena, figure->value));
        json_member_text(&json, S("unit"), slice_from(figure->unit));
        if (figure->most >= 0) {
            json_member_raw(&json, S("atMost"), thousandths(arena, figure->most));
            json_member_text(&json, S("objective"), slice_from(figure->objective));
            json_member_bool(&json, S("met"), is_met(figure));
        }
        json_close_object(&json);
    }
    json_close_object(&json);
    return json_done(&json);
}

/* A cell of a table in Markdown: one line, no bars. */
static void add_cell(struct buffer *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        buffer_byte(out, byte == '\n' || byte == '\r' ? ' ' : byte == '|' ? '/' : byte);
    }
}

static struct slice markdown(const struct drill *drill, struct slice failure, const char *node)
{
    struct arena *arena = drill->cli->arena;
    char at[UTIME_TEXT_MAX];
    struct buffer out;
    buffer_init(&out, arena);
    buffer_format(&out, "# Drill: %s\n\n%.*s on %s, program %s: **%s**\n", drill->kind,
                  FMT(utime_print(drill->started, at)), node, ASTRALFIELD_VERSION,
                  failure.len == 0 ? "passed" : "failed");
    if (failure.len > 0) {
        buffer_format(&out, "\nWhy: %.*s\n", FMT(failure));
    }
    buffer_add(&out, S("\n| step | | seconds | what was found |\n|---|---|---|---|\n"));
    for (size_t i = 0; i < drill->step_count; i++) {
        const struct drill_step *step = &drill->steps[i];
        buffer_format(&out, "| %s | %s | %" PRId64 ".%" PRId64 " | ", step->name,
                      step->is_failed ? "failed" : "ok", step->us / US_PER_S,
                      step->us / (US_PER_S / 10) % 10);
        add_cell(&out, step->said);
        buffer_add(&out, S(" |\n"));
    }
    buffer_add(&out, S("\n| figure | measured | objective | |\n|---|---|---|---|\n"));
    for (size_t i = 0; i < drill->figure_count; i++) {
        const struct drill_figure *figure = &drill->figures[i];
        buffer_format(&out, "| %s | %.*s %s |", figure->name,
                      FMT(thousandths(arena, figure->value)), figure->unit);
        if (figure->most >= 0) {
            buffer_format(&out, " at most %.*s %s (%s) | %s |\n",
                          FMT(thousandths(arena, figure->most)), figure->unit, figure->objective,
                          is_met(figure) ? "met" : "missed");
        } else {
            buffer_add(&out, S(" | |\n"));
        }
    }
    return buffer_slice(&out);
}

/* ---- keeping it ---- */

static const char *keep_file(const struct drill *drill, struct slice text)
{
    struct arena *arena = drill->cli->arena;
    const struct backup_key none = { 0 };
    struct faults unsaid = { .arena = arena };
    char at[UTIME_TEXT_MAX];
    const char *ptr = utime_print(drill->started, at).ptr;
    if (drill->folder == NULL || (mkdir(drill->folder, 0700) != 0 && errno != EEXIST)) {
        return NULL;
    }
    const char *path = arena_format(arena, "%s/%.4s%.2s%.5s%.2s%.2sZ-%s.md", drill->folder, ptr,
                                    ptr + 5, ptr + 8, ptr + 14, ptr + 17, drill->kind)
                           .ptr;
    if (backup_write(path, &none, text, &unsaid) != OK) {
        log_line(LOG_WARN, "drill_unkept", "detail=%s", LOG_Q(unsaid.detail));
        return NULL;
    }
    return path;
}

static enum error keep_row(const struct drill *drill, struct slice failure, struct slice report,
                           const char *node, struct faults *faults)
{
    struct arena *arena = drill->cli->arena;
    char started[UTIME_TEXT_MAX], finished[UTIME_TEXT_MAX];
    utime now = utime_now();
    const char *const values[] = { drill->kind,
                                   node,
                                   arena_cstr(arena, utime_print(drill->started, started)),
                                   arena_cstr(arena, utime_print(now, finished)),
                                   failure.len == 0 ? NULL : arena_cstr(arena, failure),
                                   arena_cstr(arena, steps_json(drill)),
                                   arena_cstr(arena, figures_json(drill)),
                                   arena_cstr(arena, report) };
    const struct fact facts[] = {
        { "drill_last_at", now / US_PER_S, false },
        { "drill_failed", failure.len > 0, false },
    };
    const struct audit_entry entry = {
        .action = "drill.run",
        .target_kind = "drill",
        .target_id = slice_from(drill->kind),
        .after = failure.len == 0 ? S("{\"passed\":true}") : S("{\"passed\":false}"),
    };
    const struct audit_entry whole = cli_audit_whole(drill->cli, &entry);
    PGconn *pg = PQconnectdb(drill->url);
    enum error error = plain_run(pg, SQL_OPS_DRILL_ADD, values, faults, NULL);
    if (error == OK) {
        error = facts_write(pg, facts, ARRAY_LEN(facts), faults);
    }
    if (error == OK) {
        error = facts_audit(pg, &whole, faults);
    }
    PQfinish(pg);
    return error;
}

static void print_end(const struct drill *drill, struct slice failure, const char *path)
{
    struct arena *arena = drill->cli->arena;
    struct json json;
    int64_t ms = (utime_now() - drill->started) / US_PER_MS;
    if (!drill->cli->is_json) {
        cli_print("drill %s %s after %.*s s%s%s\n", drill->kind,
                  failure.len == 0 ? "passed" : "FAILED", FMT(thousandths(arena, ms)),
                  path != NULL ? "; report: " : "", path != NULL ? path : "");
        return;
    }
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("kind"), slice_from(drill->kind));
    json_member_bool(&json, S("passed"), failure.len == 0);
    if (failure.len > 0) {
        json_member_text(&json, S("failure"), failure);
    } else {
        json_member_null(&json, S("failure"));
    }
    json_member_time(&json, S("started"), drill->started);
    json_member_raw(&json, S("seconds"), thousandths(arena, ms));
    json_member_raw(&json, S("steps"), steps_json(drill));
    json_member_raw(&json, S("figures"), figures_json(drill));
    if (path != NULL) {
        json_member_text(&json, S("report"), slice_from(path));
    } else {
        json_member_null(&json, S("report"));
    }
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

int drill_end(struct drill *drill)
{
    char node[HOST_MAX] = "?";
    struct faults unsaid = { .arena = drill->cli->arena };
    struct slice failure = failure_of(drill);
    gethostname(node, sizeof(node) - 1);
    struct slice report = markdown(drill, failure, node);
    const char *path = keep_file(drill, report);
    if (drill->report_fd >= 0) {
        bool is_written = write(drill->report_fd, report.ptr, report.len) == (ssize_t)report.len;
        is_written = close(drill->report_fd) == 0 && is_written;
        if (!is_written) {
            log_line(LOG_WARN, "drill_unkept", "detail=%s", "--report could not be written");
        }
    }
    if (drill->url != NULL && keep_row(drill, failure, report, node, &unsaid) != OK) {
        log_line(LOG_WARN, "drill_unkept", "detail=%s", LOG_Q(unsaid.detail));
    }
    print_end(drill, failure, path);
    return failure.len == 0 ? EXIT_OK : EXIT_FAILED;
}
