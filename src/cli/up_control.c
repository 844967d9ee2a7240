#include "cli/up_control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"
#include "ops/release.h"

enum {
    LINE_BYTES_MAX = 16 * 1024,
    BACKLOG = 8,
    PATIENCE_S = 2, /* for a client to send its line: `up` has other things to do */
    ANSWER_S = 240, /* between two lines of an answer */
    WATCH_MAX_S = 86400,
};

/* ---- the socket ---- */

/* The address of <data>/run/control, however long the path is: by a descriptor of its folder, which the
 * caller closes. */
static int address_of(const char *data, struct arena *arena, struct sockaddr_un *ret_address)
{
    int folder = open(arena_format(arena, "%s/run", data).ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *ret_address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    snprintf(ret_address->sun_path, sizeof(ret_address->sun_path), "/proc/self/fd/%d/control",
             folder);
    return folder;
}

enum error up_control_open(struct up_control *control, const char *data, struct faults *faults)
{
    struct sockaddr_un address;
    int folder = address_of(data, faults->arena, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(address.sun_path); /* of one that was killed; we hold the lock of the data directory */
    bool is_good = folder >= 0 && fd >= 0 &&
                   bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
                   fchmodat(AT_FDCWD, address.sun_path, 0600, 0) == 0 && listen(fd, BACKLOG) == 0;
    int why = errno;
    if (folder >= 0) {
        close(folder);
    }
    if (!is_good) {
        if (fd >= 0) {
            close(fd);
        }
        return refuse(faults, E_FILE, "cannot make %s/run/control: %s", data, strerror(why));
    }
    control->listen = fd;
    return OK;
}

void up_control_close(struct up_control *control, const char *data)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    if (control->listen >= 0) {
        close(control->listen);
        control->listen = -1;
        unlink(arena_format(&arena, "%s/run/control", data).ptr);
    }
}

/* ---- answering ---- */

struct client {
    int fd;
    struct arena *arena;
};

static void send_line(const struct client *client, struct json *json)
{
    struct slice text = json_done(json);
    struct slice line = arena_format(client->arena, "%.*s\n", FMT(text));
    ssize_t sent = send(client->fd, line.ptr, line.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    (void)sent; /* a client that has gone does not stop what it asked for */
}

static void tell_step(void *thing, struct slice step)
{
    const struct client *client = thing;
    struct json json;
    json_init(&json, client->arena);
    json_open_object(&json);
    json_member_text(&json, S("step"), step);
    json_close_object(&json);
    send_line(client, &json);
    cli_print("  %.*s\n", FMT(step));
}

static void answer_error(const struct client *client, enum error error, struct slice detail)
{
    struct json json;
    json_init(&json, client->arena);
    json_open_object(&json);
    json_member_bool(&json, S("done"), true);
    json_member_text(&json, S("error"), slice_from(error_info(error)->name));
    json_member_text(&json, S("detail"), detail);
    json_close_object(&json);
    send_line(client, &json);
}

static void put_state(struct json *json, const struct up_switch *own)
{
    int64_t left_us = own->watch.until.us - mono_now().us;
    json_member_text(json, S("release"), slice_from(own->now.release));
    json_member_text(json, S("program"), slice_from(own->now.program));
    json_member_text(json, S("supervisor"), slice_from(own->program));
    if (own->before.program != NULL) {
        json_member_text(json, S("before"), slice_from(own->before.release));
        json_member_text(json, S("beforeProgram"), slice_from(own->before.program));
    } else {
        json_member_null(json, S("before"));
    }
    json_member_int(json, S("pid"), *own->pid);
    json_member_int(json, S("requests"), (int64_t)own->figures.requests);
    json_member_int(json, S("errors"), (int64_t)own->figures.errors);
    json_member_int(json, S("watchSeconds"), left_us > 0 ? (left_us + US_PER_S - 1) / US_PER_S : 0);
    json_member_text(json, S("trouble"), slice_from(own->trouble));
}

static void answer_state(const struct client *client, const struct up_switch *own)
{
    struct json json;
    json_init(&json, client->arena);
    json_open_object(&json);
    json_member_bool(&json, S("done"), true);
    put_state(&json, own);
    json_close_object(&json);
    send_line(client, &json);
}

static void answer_done(const struct client *client, const struct up_switch *own,
                        const struct switch_done *done)
{
    struct json json;
    json_init(&json, client->arena);
    json_open_object(&json);
    json_member_bool(&json, S("done"), true);
    put_state(&json, own);
    json_member_int(&json, S("readyMs"), done->ready_us / US_PER_MS);
    json_member_int(&json, S("wholeMs"), done->whole_us / US_PER_MS);
    json_member_bool(&json, S("clean"), done->was_clean);
    if (done->marked.len > 0) {
        json_member_text(&json, S("marked"), done->marked);
    }
    json_close_object(&json);
    send_line(client, &json);
}

/* Where the wished release's program lies: among ours, or this very program. */
static enum error find_wished(struct up_switch *own, struct slice id, struct generation *ret_to)
{
    struct release release = { 0 };
    bool is_same = slice_eq(id, S("current"));
    if (is_same || slice_eq(id, slice_from(own->now.release))) {
        *ret_to = own->now;
        return OK;
    }
    bool is_before = own->before.program != NULL &&
                     (slice_eq(id, S("previous")) || slice_eq(id, slice_from(own->before.release)));
    if (is_before) {
        *ret_to = own->before;
        return OK;
    }
    if (slice_eq(id, S("previous"))) {
        return refuse(
            &own->cli->faults, E_NOT_FOUND,
            "there is no earlier release to go back to; `astralfield releases list` shows "
            "what there is, `rollback --to RELEASE` chooses");
    }
    if (slice_eq(id, S("built-in"))) {
        *ret_to = (struct generation){ .release = "built-in", .program = own->program };
        return OK;
    }
    TRY(release_find(own->data, id, &own->cli->faults, &release));
    *ret_to = (struct generation){ .program = release.program };
    snprintf(ret_to->release, sizeof(ret_to->release), "%.*s", FMT(release.id));
    return OK;
}

static void serve_switch(const struct client *client, struct up_switch *own, json_t *question)
{
    const char *id = "";
    const char *mark = "";
    json_int_t watch_s = 0;
    struct switch_wish wish = { .tell = tell_step, .thing = (void *)(uintptr_t)client };
    struct switch_done done = { 0 };
    struct faults *faults = &own->cli->faults;
    faults->detail = S("");
    enum error error = json_unpack(question, "{s:s, s?s, s?I}", "release", &id, "mark", &mark,
                                   "watchSeconds", &watch_s) == 0 &&
                               watch_s >= 0 && watch_s <= WATCH_MAX_S
                           ? OK
                           : refuse(faults, E_BAD_REQUEST, "the question is not complete");
    if (error == OK) {
        error = find_wished(own, slice_from(id), &wish.to);
    }
    if (error == OK) {
        cli_print("release %s is to serve instead of %s\n", wish.to.release, own->now.release);
        wish.mark = own->admin_url != NULL ? arena_copy(client->arena, slice_from(mark)) : S("");
        wish.watch_s = watch_s;
        error = up_switch_to(own, &wish, &done);
    }
    if (error == OK) {
        answer_done(client, own, &done);
    } else {
        cli_print("  not done: %.*s\n", FMT(faults->detail));
        answer_error(client, error, faults->detail);
    }
}

static void serve(const struct client *client, struct up_switch *own, struct slice line)
{
    json_t *question = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
    struct slice what = slice_from(json_string_value(json_object_get(question, "do")));
    if (slice_eq(what, S("state"))) {
        answer_state(client, own);
    } else if (slice_eq(what, S("switch"))) {
        serve_switch(client, own, question);
    } else {
        answer_error(client, E_BAD_REQUEST, S("\"do\" is \"state\" or \"switch\""));
    }
    json_decref(question);
}

/* Root and whoever runs `up`; the file's mode says the same. */
static bool is_trusted(int fd)
{
    struct ucred peer = { 0 };
    socklen_t len = sizeof(peer);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
           (peer.uid == 0 || peer.uid == geteuid());
}

/* One line, waited for a moment; false when there was none. */
static bool read_question(int fd, char line[LINE_BYTES_MAX], struct slice *ret_line)
{
    struct timeval limit = { .tv_sec = PATIENCE_S };
    size_t len = 0;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    while (len < LINE_BYTES_MAX) {
        ssize_t got = recv(fd, line + len, LINE_BYTES_MAX - len, 0);
        if (got <= 0) {
            return false;
        }
        len += (size_t)got;
        *ret_line = (struct slice){ .ptr = line, .len = len };
        if (slice_find(*ret_line, '\n', 0) < len) {
            return true;
        }
    }
    return false;
}

void up_control_tend(struct up_control *control)
{
    if (control->listen < 0 || control->switching->is_switching) {
        return;
    }
    int fd = accept4(control->listen, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        return;
    }
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct client client = { .fd = fd, .arena = &arena };
    char *line = arena_alloc(&arena, LINE_BYTES_MAX);
    struct slice question = S("");
    if (!is_trusted(fd)) {
        answer_error(&client, E_FORBIDDEN, S("only root and the user of astralfield up may ask"));
    } else if (read_question(fd, line, &question)) {
        serve(&client, control->switching, question);
    }
    close(fd);
}

/* ---- asking ---- */

static enum error error_named(struct slice name)
{
    for (int i = 1; i < ERROR_COUNT; i++) {
        if (slice_eq(slice_from(error_info((enum error)i)->name), name)) {
            return (enum error)i;
        }
    }
    return E_INTERNAL;
}

static enum error connect_to(const char *data, struct faults *faults, int *ret_fd)
{
    struct sockaddr_un address;
    int folder = address_of(data, faults->arena, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_good =
        folder >= 0 && fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    int why = errno;
    if (folder >= 0) {
        close(folder);
    }
    if (is_good) {
        *ret_fd = fd;
        return OK;
    }
    if (fd >= 0) {
        close(fd);
    }
    return refuse(faults, why == EACCES ? E_FORBIDDEN : E_NOT_FOUND,
                  "no `astralfield up` runs on %s (%s): start it, name its data directory with "
                  "--data DIR, or, under systemd, the service with --unit NAME",
                  data, strerror(why));
}

/* The last line, which has "done"; earlier ones are steps. */
static enum error read_answer(int fd, void (*step)(void *thing, struct slice text), void *thing,
                              struct faults *faults, json_t **ret_answer)
{
    struct timeval limit = { .tv_sec = ANSWER_S };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    FILE *stream = fdopen(fd, "r");
    char *line = arena_alloc(faults->arena, LINE_BYTES_MAX);
    CHECK(stream != NULL);
    while (fgets(line, LINE_BYTES_MAX, stream) != NULL) {
        json_t *answer = json_loads(line, 0, NULL);
        const char *text = json_string_value(json_object_get(answer, "step"));
        if (json_is_true(json_object_get(answer, "done"))) {
            *ret_answer = answer;
            fclose(stream);
            return OK;
        }
        if (text != NULL) {
            step(thing, slice_from(text));
        }
        json_decref(answer);
    }
    fclose(stream);
    return refuse(faults, E_UNAVAILABLE, "astralfield up ended, or did not answer in time");
}

enum error up_ask(const char *data, json_t *question, void (*step)(void *thing, struct slice text),
                  void *thing, struct faults *faults, json_t **ret_answer)
{
    int fd = -1;
    json_t *answer = NULL;
    TRY(connect_to(data, faults, &fd));
    char *text = json_dumps(question, JSON_COMPACT);
    CHECK(text != NULL);
    struct slice line = arena_format(faults->arena, "%s\n", text);
    free(text);
    if (send(fd, line.ptr, line.len, MSG_NOSIGNAL) != (ssize_t)line.len) {
        close(fd);
        return refuse(faults, E_UNAVAILABLE, "astralfield up does not listen");
    }
    TRY(read_answer(fd, step, thing, faults, &answer));
    const char *error = json_string_value(json_object_get(answer, "error"));
    if (error != NULL) {
        enum error why = refuse(faults, error_named(slice_from(error)), "%s",
                                json_string_value(json_object_get(answer, "detail")));
        json_decref(answer);
        return why;
    }
    *ret_answer = answer;
    return OK;
}
