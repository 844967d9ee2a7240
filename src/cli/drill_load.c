#include "cli/drill_load.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/random.h"

enum { AGAIN_US = 50 * 1000, CALL_MS = 15000, KEY_BYTES = 16, GIVE_UP_S = 120 };

#define PASSWORD "the drill of chaos"

static void rest_us(int64_t us)
{
    nanosleep(&(struct timespec){ .tv_nsec = us * 1000 }, NULL);
}

/* ---- before ---- */

static enum error prepare(struct cli *cli, struct load *load, size_t number)
{
    struct load_writer *writer = &load->writers[number];
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    writer->load = load;
    writer->number = number;
    writer->cli = *cli;
    writer->cli.arena = &writer->kept;
    writer->cli.faults = (struct faults){ .arena = &writer->kept };
    TRY(call_open(&writer->cli, &writer->call));
    writer->call.base = load->url;
    writer->call.timeout_ms = CALL_MS;
    struct arena *arena = &writer->kept;
    struct slice account =
        arena_format(arena,
                     "{\"email\":\"writer%zu@example.invalid\",\"password\":\"" PASSWORD
                     "\",\"displayName\":\"Writer %zu\"}",
                     number, number);
    TRY(call_expect(&writer->call, "POST", "/api/auth/register", account, &reply, &json));
    writer->call.csrf = json_at(arena, json, "csrfToken");
    struct slice league =
        arena_format(arena, "{\"name\":\"League %zu\",\"teamName\":\"Team\"}", number);
    TRY(call_expect(&writer->call, "POST", "/api/leagues", league, &reply, &json));
    writer->path = arena_format(arena, "/api/leagues/%.*s", FMT(json_at(arena, json, "id")));
    return OK;
}

/* ---- writing ---- */

static bool is_over(struct load *load)
{
    pthread_mutex_lock(&load->lock);
    bool is = load->is_over;
    pthread_mutex_unlock(&load->lock);
    return is;
}

static void note_wrong(struct load *load, const char *what, int status, struct slice body)
{
    pthread_mutex_lock(&load->lock);
    if (load->wrong[0] == '\0') {
        snprintf(load->wrong, sizeof(load->wrong), "%s: %d %.*s", what, status,
                 (int)(body.len < 200 ? body.len : 200), body.ptr);
    }
    pthread_cond_broadcast(&load->changed);
    pthread_mutex_unlock(&load->lock);
}

/* On disk first: what counts must not die with this program either. */
static void acknowledge(struct load_writer *writer, struct slice name)
{
    struct load *load = writer->load;
    struct slice line = arena_format(&writer->passing, "%.*s\n", FMT(name));
    bool is_noted = write(load->ledger, line.ptr, line.len) == (ssize_t)line.len &&
                    fdatasync(load->ledger) == 0;
    if (!is_noted) {
        note_wrong(load, "the clients' ledger cannot be written", errno, S(""));
    }
    pthread_mutex_lock(&load->lock);
    load->acknowledged++;
    pthread_cond_broadcast(&load->changed);
    pthread_mutex_unlock(&load->lock);
}

static struct slice new_key(struct arena *arena)
{
    unsigned char bytes[KEY_BYTES];
    struct buffer out;
    random_bytes(bytes, sizeof(bytes));
    buffer_init(&out, arena);
    for (size_t i = 0; i < sizeof(bytes); i++) {
        buffer_format(&out, "%02x", bytes[i]);
    }
    return buffer_slice(&out);
}

/* Busy, broken, or the same change is still under way: to be sent again. */
static bool is_to_be_repeated(enum error error, const struct call_reply *reply)
{
    bool is_under_way = reply->status == 409 &&
                        memmem(reply->body.ptr, reply->body.len, "problems/conflict", 17) != NULL;
    return error != OK || reply->status >= 500 || reply->status == 429 || is_under_way;
}

static void write_one(struct load_writer *writer, int64_t number)
{
    struct load *load = writer->load;
    int64_t deadline = mono_now().us + GIVE_UP_S * US_PER_S;
    struct slice name = arena_format(&writer->passing, "Name %zu-%" PRId64, writer->number, number);
    struct slice body = arena_format(&writer->passing, "{\"name\":\"%.*s\"}", FMT(name));
    writer->call.key = new_key(&writer->passing);
    for (;;) {
        struct call_reply reply = { .body = S("") };
        writer->cli.faults = (struct faults){ .arena = &writer->passing };
        enum error error = call_send(&writer->call, "PATCH", writer->path.ptr, body, &reply);
        if (error == OK && reply.status == 200) {
            acknowledge(writer, name);
            return;
        }
        if (!is_to_be_repeated(error, &reply) || mono_now().us > deadline) {
            note_wrong(load, "a change was answered with", reply.status, reply.body);
            return;
        }
        pthread_mutex_lock(&load->lock);
        load->answers_bad++;
        pthread_mutex_unlock(&load->lock);
        rest_us(AGAIN_US);
    }
}

static void *write_on(void *thing)
{
    struct load_writer *writer = thing;
    for (int64_t number = 1; !is_over(writer->load); number++) {
        writer->cli.arena = &writer->passing;
        write_one(writer, number);
        writer->cli.arena = &writer->kept;
        arena_done(&writer->passing);
    }
    return NULL;
}

enum error load_start(struct cli *cli, const char *url, const char *ledger, struct load *ret_load)
{
    struct load *load = ret_load;
    *load = (struct load){ .url = url };
    load->ledger = open(ledger, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    CHECK(pthread_mutex_init(&load->lock, NULL) == 0);
    CHECK(pthread_cond_init(&load->changed, NULL) == 0);
    if (load->ledger < 0) {
        return refuse(&cli->faults, E_FILE, "cannot write %s: %s", ledger, strerror(errno));
    }
    for (size_t i = 0; i < LOAD_WRITERS; i++) {
        enum error error = prepare(cli, load, i);
        if (error != OK) {
            return refuse(&cli->faults, error, "the load cannot be prepared: %.*s",
                          FMT(load->writers[i].cli.faults.detail));
        }
    }
    for (size_t i = 0; i < LOAD_WRITERS; i++) {
        struct load_writer *writer = &load->writers[i];
        if (pthread_create(&writer->thread, NULL, write_on, writer) != 0) {
            return refuse(&cli->faults, E_INTERNAL, "no thread for the load");
        }
        load->running++;
    }
    return OK;
}

bool load_wait(struct load *load, int64_t more, int64_t timeout_us)
{
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += timeout_us / US_PER_S;
    pthread_mutex_lock(&load->lock);
    int64_t goal = load->acknowledged + more;
    int waited = 0;
    while (load->acknowledged < goal && load->wrong[0] == '\0' && waited == 0) {
        waited = pthread_cond_timedwait(&load->changed, &load->lock, &limit);
    }
    bool is_there = load->acknowledged >= goal && load->wrong[0] == '\0';
    pthread_mutex_unlock(&load->lock);
    return is_there;
}

void load_stop(struct load *load)
{
    if (load->url == NULL) {
        return;
    }
    pthread_mutex_lock(&load->lock);
    load->is_over = true;
    pthread_mutex_unlock(&load->lock);
    for (size_t i = 0; i < load->running; i++) {
        pthread_join(load->writers[i].thread, NULL);
    }
    load->running = 0;
    for (size_t i = 0; i < LOAD_WRITERS; i++) {
        call_done(&load->writers[i].call);
        arena_done(&load->writers[i].passing);
        arena_done(&load->writers[i].kept);
    }
    if (load->ledger >= 0) {
        close(load->ledger);
    }
    load->url = NULL;
}
