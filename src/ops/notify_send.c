/* How a message looks at each place, and its way there. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "ops/notify.h"
#include "out/out.h"

enum { COMMAND_S = 20, LOOK_MS = 20, MAIL_TO_MAX = 50 };

extern char **environ;

/* ---- texts ---- */

struct slice notify_title(struct arena *arena, const struct message *message)
{
    return arena_format(arena, "%s%s%.*s", message->is_test ? "[TEST] " : "",
                        message->is_simulation ? "[SIMULATION] " : "", FMT(message->title));
}

static const char *sign(const struct message *message)
{
    if (strcmp(message->kind, "resolved") == 0) {
        return ":white_check_mark:";
    }
    return slice_eq(message->severity, S("warning")) ? ":warning:" : ":rotating_light:";
}

#define SLACK_SPECIALS S("&<>") /* https://api.slack.com/reference/surfaces/formatting#escaping */

struct slice notify_slack_json(struct arena *arena, const struct message *message)
{
    struct buffer text;
    struct json json;
    buffer_init(&text, arena);
    buffer_format(&text, "%s *", sign(message));
    buffer_escaped(&text, notify_title(arena, message), SLACK_SPECIALS);
    buffer_add(&text, S("*\n"));
    buffer_escaped(&text, message->body, SLACK_SPECIALS);
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("text"), buffer_slice(&text));
    json_close_object(&json);
    return json_done(&json);
}

struct slice notify_json(struct arena *arena, const struct message *message)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_int(&json, S("id"), message->id);
    json_member_time(&json, S("at"), message->at);
    json_member_text(&json, S("kind"), slice_from(message->kind));
    json_member_text(&json, S("severity"), message->severity);
    json_member_text(&json, S("subject"), message->subject);
    json_member_text(&json, S("title"), notify_title(arena, message));
    json_member_text(&json, S("body"), message->body);
    if (message->incident_ref.len > 0) {
        json_member_text(&json, S("incident"), message->incident_ref);
    }
    json_member_raw(&json, S("recipients"),
                    message->recipients.len == 0 ? S("[]") : message->recipients);
    json_member_bool(&json, S("isSimulation"), message->is_simulation);
    json_member_bool(&json, S("isTest"), message->is_test);
    json_close_object(&json);
    return json_done(&json);
}

/* ---- webhooks ---- */

static enum error post(const char *url, struct slice body, struct arena *arena,
                       struct slice *ret_why)
{
    static const struct out_header headers[] = { { .name = S_INIT("Content-Type"),
                                                   .value = S_INIT("application/json") } };
    struct out_reply reply = { .why = S("") };
    enum error error = out_post(&(struct out_request){ .arena = arena,
                                                       .url = slice_from(url),
                                                       .headers = headers,
                                                       .header_count = ARRAY_LEN(headers),
                                                       .body = body },
                                &reply);
    if (error != OK) {
        *ret_why = reply.why;
        return error;
    }
    if (reply.status / 100 != 2) {
        *ret_why = arena_format(arena, "the other side answered with %d", reply.status);
        return E_UNAVAILABLE;
    }
    return OK;
}

/* ---- mail ---- */

struct slice notify_mail_address(struct slice person)
{
    size_t open = slice_find(person, '<', 0);
    size_t close = slice_find(person, '>', open);
    struct slice address = person;
    if (open < person.len && close < person.len) {
        address = slice_from_to(person, open + 1, close);
    }
    address = slice_trim(address);
    bool has_at = slice_find(address, '@', 0) < address.len;
    return has_at && slice_find(address, ' ', 0) == address.len ? address : S("");
}

struct recipients {
    struct slice list[MAIL_TO_MAX];
    size_t count;
};

static void add_recipient(struct recipients *to, struct slice person)
{
    struct slice address = notify_mail_address(slice_trim(person));
    for (size_t i = 0; i < to->count; i++) {
        if (slice_eq_nocase(to->list[i], address)) {
            return;
        }
    }
    if (address.len > 0 && to->count < MAIL_TO_MAX) {
        to->list[to->count++] = address;
    }
}

/* Strings of a JSON array as PostgreSQL writes it; names with quotes in them lose nothing but those. */
static void add_people(struct recipients *to, struct slice json)
{
    while (json.ptr != NULL && json.len > 0) {
        slice_cut(&json, '"');
        if (json.ptr != NULL) {
            add_recipient(to, slice_cut(&json, '"'));
        }
    }
}

/* smtp://user:password@host:port → its parts. */
static void split_server(struct slice url, struct out_mail *mail, struct arena *arena)
{
    size_t start = slice_starts(url, S("smtps://")) ? 8 : 7;
    size_t at = url.len;
    for (size_t i = start; i < url.len; i++) {
        at = url.ptr[i] == '@' ? i : at;
    }
    mail->server = url;
    if (url.len > start && at < url.len) {
        struct slice rest = slice_from_to(url, start, at);
        mail->user = slice_cut(&rest, ':');
        mail->password = rest.ptr == NULL ? S("") : rest;
        mail->server = arena_format(arena, "%.*s%.*s", (int)start, url.ptr,
                                    FMT(slice_from_to(url, at + 1, url.len)));
    }
}

static enum error send_mail(const struct config *settings, const struct message *message,
                            struct arena *arena, struct slice *ret_why)
{
    struct recipients to = { .count = 0 };
    struct slice all = slice_from(settings->alert_mail_to);
    struct out_reply reply = { .why = S("") };
    while (all.ptr != NULL && all.len > 0) {
        add_recipient(&to, slice_cut(&all, ','));
    }
    add_people(&to, message->recipients);
    struct out_mail mail = { .arena = arena,
                             .is_plain_allowed = settings->smtp_plain,
                             .from = slice_from(settings->smtp_from),
                             .to = to.list,
                             .to_count = to.count,
                             .subject = arena_format(arena, "[AstralField] %.*s",
                                                     FMT(notify_title(arena, message))),
                             .text = arena_format(arena, "%.*s\n", FMT(message->body)),
                             .now = message->at };
    split_server(slice_from(settings->smtp_url), &mail, arena);
    if (to.count == 0) {
        *ret_why = S("ALERT_MAIL_TO names no address");
        return E_INVALID;
    }
    enum error error = out_mail(&mail, &reply);
    if (error != OK) {
        *ret_why = reply.why;
    }
    return error;
}

/* ---- a command ---- */

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Writes all of it, as long as somebody reads and there is time. */
static void write_all(int fd, struct slice text, int64_t until_ms)
{
    while (text.len > 0 && now_ms() < until_ms) {
        struct pollfd ready = { .fd = fd, .events = POLLOUT };
        if (poll(&ready, 1, LOOK_MS) <= 0) {
            continue;
        }
        ssize_t sent = write(fd, text.ptr, text.len);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return; /* it does not want to know: its exit code decides */
        }
        text = slice_from_to(text, sent > 0 ? (size_t)sent : 0, text.len);
    }
}

/* Ends it when its time is over. */
static enum error wait_for(pid_t pid, int64_t until_ms, struct arena *arena, struct slice *ret_why)
{
    int status = 0;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (now_ms() >= until_ms) {
            kill(-pid, SIGKILL);
            waitpid(pid, &status, 0);
            *ret_why = arena_format(arena, "ALERT_COMMAND took longer than %d s", COMMAND_S);
            return E_TIMEOUT;
        }
        poll(NULL, 0, LOOK_MS);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return OK;
    }
    *ret_why = WIFEXITED(status)
                   ? arena_format(arena, "ALERT_COMMAND ended with %d", WEXITSTATUS(status))
                   : arena_format(arena, "ALERT_COMMAND was ended by signal %d", WTERMSIG(status));
    return E_UNAVAILABLE;
}

/* In a process group of its own, signals as they should be, input from `fd`, output nowhere. */
static int spawn(const char *path, int fd, pid_t *ret_pid)
{
    char *const argv[] = { (char *)(uintptr_t)path, NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, ignored;
    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, fd, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(
        &how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &ignored);
    int failed = posix_spawn(ret_pid, path, &files, &how, argv, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static enum error run_command(const char *path, struct slice input, struct arena *arena,
                              struct slice *ret_why)
{
    int ends[2];
    pid_t pid = 0;
    int64_t until_ms = now_ms() + COMMAND_S * 1000;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        *ret_why = S("no pipe could be made");
        return E_FILE;
    }
    int failed = spawn(path, ends[0], &pid);
    close(ends[0]);
    if (failed != 0) {
        close(ends[1]);
        *ret_why = arena_format(arena, "ALERT_COMMAND could not be started: %s", strerror(failed));
        return E_FILE;
    }
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    write_all(ends[1], input, until_ms);
    close(ends[1]);
    return wait_for(pid, until_ms, arena, ret_why);
}

enum error notify_send(const struct config *settings, enum sink sink, const struct message *message,
                       struct arena *arena, struct slice *ret_why)
{
    *ret_why = S("");
    switch (sink) {
    case SINK_SLACK:
        return post(settings->slack_webhook_url, notify_slack_json(arena, message), arena, ret_why);
    case SINK_WEBHOOK:
        return post(settings->alert_webhook_url, notify_json(arena, message), arena, ret_why);
    case SINK_MAIL:
        return send_mail(settings, message, arena, ret_why);
    case SINK_COMMAND:
        return run_command(settings->alert_command, notify_json(arena, message), arena, ret_why);
    case SINK_COUNT:
        break;
    }
    CHECK(false);
    return E_INTERNAL;
}
