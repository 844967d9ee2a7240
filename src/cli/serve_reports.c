#include "cli/serve_reports.h"

#include "base/log.h"
#include "ops/notes.h"
#include "ops/sentry.h"

void serve_reports_open(struct cli *cli, struct serve_reports *reports)
{
    reports->count = crash_take(cli->arena, cli->data, reports->crashes);
    enum error error = crash_watch(cli->data);
    if (error != OK) {
        log_line(LOG_WARN, "crashes_unwatched", "data=%s hint=\"the folder cannot be written to\"",
                 cli->data);
    }
}

enum error serve_reports_start(struct cli *cli, const struct config *settings,
                               const struct serve_reports *reports)
{
    struct slice environment = config_print(settings, CONFIG_ID_environment, cli->arena);
    TRY(sentry_start(&(struct sentry_setup){ .dsn = settings->sentry_dsn,
                                             .environment = arena_cstr(cli->arena, environment),
                                             .version = ASTRALFIELD_VERSION,
                                             .node = settings->node_name },
                     &cli->faults));
    for (size_t i = 0; i < reports->count; i++) {
        const struct crash_report *crash = &reports->crashes[i];
        log_line(LOG_ERROR, "crashed_before", "what=%s", LOG_Q(crash->message));
        note_error(&(struct error_note){ .source = "server",
                                         .category = "system",
                                         .severity = "critical",
                                         .route = S("-"),
                                         .message = crash->message,
                                         .detail = note_redact(cli->arena, crash->detail),
                                         .at = crash->at });
    }
    return OK;
}

void serve_reports_end(void)
{
    sentry_stop();
    crash_end();
}
