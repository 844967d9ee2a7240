#include "cli/tell.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "ops/audit.h"
#include "out/guard.h"

enum { HOST_MAX = 64 };

enum error cli_settings(struct cli *cli, struct config *ret_settings)
{
    TRY(config_read(cli->data, &cli->faults, ret_settings));
    signal(SIGPIPE, SIG_IGN);
    return out_allow(slice_from(ret_settings->outgoing_allow));
}

struct slice cli_who(struct cli *cli)
{
    char host[HOST_MAX] = "?";
    const char *user = getenv("SUDO_USER");
    user = user == NULL ? getenv("USER") : user;
    gethostname(host, sizeof(host) - 1);
    return user == NULL ? arena_format(cli->arena, "uid %u@%s", (unsigned)getuid(), host)
                        : arena_format(cli->arena, "%s@%s", user, host);
}

struct result {
    bool is_set, is_sent;
    struct slice why;
};

static enum error store(struct cli *cli, const struct config *settings, struct message *message,
                        const char *action)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct slice dedup = arena_format(cli->arena, "cli:%" PRId64 ":%d", message->at, getpid());
    TRY(tx_begin(cli->arena, &tx));
    TRY(notify_add(&tx, settings, message, dedup, &message->id));
    TRY(cli_audit(cli, &tx,
                  &(struct audit_entry){
                      .action = action, .target_kind = "message", .target_id = message->title }));
    return tx_commit(&tx);
}

static enum error send_all(struct cli *cli, const struct config *settings,
                           const struct message *message, struct result results[SINK_COUNT])
{
    for (size_t i = 0; i < SINK_COUNT; i++) {
        struct result *result = &results[i];
        enum sink sink = (enum sink)i;
        *result = (struct result){ .is_set = sink_is_set(settings, sink), .why = S("") };
        if (!result->is_set) {
            continue;
        }
        result->is_sent = notify_send(settings, sink, message, cli->arena, &result->why) == OK;
        TRY(notify_record(cli->arena,
                          &(struct delivery){ .message_id = message->id,
                                              .tries = 1,
                                              .message_at = message->at,
                                              .sink = sink,
                                              .is_sent = result->is_sent,
                                              .why = result->why },
                          utime_now()));
    }
    return OK;
}

static void print_json(struct cli *cli, const struct message *message,
                       const struct result results[SINK_COUNT])
{
    struct json json;
    json_init(&json, cli->arena);
    json_open_object(&json);
    json_member_int(&json, S("id"), message->id);
    json_member_text(&json, S("title"), notify_title(cli->arena, message));
    json_key(&json, S("sinks"));
    json_open_array(&json);
    for (size_t i = 0; i < SINK_COUNT; i++) {
        if (results[i].is_set) {
            json_open_object(&json);
            json_member_text(&json, S("sink"), slice_from(sink_name((enum sink)i)));
            json_member_bool(&json, S("sent"), results[i].is_sent);
            if (!results[i].is_sent) {
                json_member_text(&json, S("error"), results[i].why);
            }
            json_close_object(&json);
        }
    }
    json_close_array(&json);
    json_close_object(&json);
    cli_print("%.*s\n", FMT(json_done(&json)));
}

int cli_tell(struct cli *cli, const struct config *settings, struct message *message,
             const char *action)
{
    struct result results[SINK_COUNT];
    size_t set = 0;
    size_t sent = 0;
    message->hold_s = NOTIFY_CLAIM_S;
    enum error error = store(cli, settings, message, action);
    error = error == OK ? send_all(cli, settings, message, results) : error;
    if (error != OK) {
        return cli_fail(cli, error);
    }
    for (size_t i = 0; i < SINK_COUNT; i++) {
        set += results[i].is_set;
        sent += results[i].is_sent;
    }
    if (set == 0) {
        return cli_fail(cli, refuse(&cli->faults, E_CONFLICT,
                                    "no place is set: SLACK_WEBHOOK_URL, ALERT_WEBHOOK_URL, "
                                    "ALERT_MAIL_TO with SMTP_URL, or ALERT_COMMAND"));
    }
    if (cli->is_json) {
        print_json(cli, message, results);
    } else {
        cli_print("%.*s\n", FMT(notify_title(cli->arena, message)));
        for (size_t i = 0; i < SINK_COUNT; i++) {
            if (results[i].is_set) {
                cli_print("  %-8s %s%s%.*s\n", sink_name((enum sink)i),
                          results[i].is_sent ? "sent" : "not sent, the server tries again",
                          results[i].is_sent ? "" : ": ", FMT(results[i].why));
            }
        }
    }
    return sent == set ? EXIT_OK : sent > 0 ? EXIT_DEGRADED : EXIT_FAILED;
}
