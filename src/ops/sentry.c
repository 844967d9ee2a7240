#include "ops/sentry.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/check.h"
#include "base/json.h"
#include "base/random.h"
#include "out/out.h"

enum {
    DETAIL_MAX = 1500,
    ID_MAX = 64,
    CALL_MS = 4000,
    PAUSE_MIN_S = 1,
    PAUSE_MAX_S = 60,
    REPLY_BYTES_MAX = 16 * 1024,
};

/* The end of what is asked of us as a pause (RFC 9110, Retry-After). */
enum { RETRY_AFTER_MAX_S = 3600 };

struct queued {
    const char *source, *category, *severity;
    char route[NOTE_ROUTE_MAX], message[NOTE_MESSAGE_MAX], detail[DETAIL_MAX], request_id[ID_MAX];
    size_t route_len, message_len, detail_len, request_id_len;
    int status;
    utime at;
};

static struct {
    pthread_mutex_t lock; /* guards everything below but `setup` and `dsn`, which do not change */
    pthread_cond_t has_news;
    struct queued queue[SENTRY_QUEUE_MAX];
    unsigned first, count;
    uint64_t sent, dropped;
    bool is_on, is_closing;
    pthread_t thread;
    struct sentry_setup setup;
    struct sentry_dsn dsn;
    struct arena arena;
} sentry = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* ---- the DSN ---- */

static bool is_plain_word(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '-' || c == '_')) {
            return false;
        }
    }
    return text.len > 0;
}

enum error sentry_parse(struct arena *arena, struct slice dsn, struct sentry_dsn *ret_dsn)
{
    struct slice scheme = slice_starts(dsn, S("https://"))  ? S("https://")
                          : slice_starts(dsn, S("http://")) ? S("http://")
                                                            : S("");
    struct slice rest = slice_from_to(dsn, scheme.len, dsn.len);
    struct slice user = slice_cut(&rest, '@');
    struct slice key = slice_cut(&user, ':'); /* what follows is the secret of old, unused today */
    if (scheme.len == 0 || rest.ptr == NULL || !is_plain_word(key)) {
        return E_INVALID;
    }
    size_t project = rest.len;
    while (project > 0 && rest.ptr[project - 1] != '/') {
        project--;
    }
    if (project < 2 || !is_plain_word(slice_from_to(rest, project, rest.len)) ||
        slice_find(rest, '@', 0) < rest.len) {
        return E_INVALID;
    }
    ret_dsn->key = arena_copy(arena, key);
    ret_dsn->envelope_url = arena_format(arena, "%.*s%.*sapi/%.*s/envelope/", FMT(scheme),
                                         FMT(slice_from_to(rest, 0, project)),
                                         FMT(slice_from_to(rest, project, rest.len)));
    return OK;
}

/* ---- the envelope ---- */

static const char *level_of(const char *severity)
{
    struct slice word = slice_from(severity);
    return slice_eq(word, S("critical")) ? "fatal"
           : slice_eq(word, S("high"))   ? "error"
           : slice_eq(word, S("medium")) ? "warning"
                                         : "info";
}

static void write_tags(struct json *json, const struct error_note *note, struct slice route)
{
    struct slice request_id =
        note_redact(json->out.arena, note->request_id); /* may be a caller's */
    json_key(json, S("tags"));
    json_open_object(json);
    json_member_text(json, S("source"), slice_from(note->source));
    json_member_text(json, S("category"), slice_from(note->category));
    json_member_text(json, S("severity"), slice_from(note->severity));
    if (route.len > 0) {
        json_member_text(json, S("route"), route);
    }
    if (note->status != 0) {
        json_member_int(json, S("status"), note->status);
    }
    if (request_id.len > 0) {
        json_member_text(json, S("requestId"), request_id);
    }
    json_close_object(json);
}

static struct slice payload_of(struct arena *arena, const struct sentry_setup *setup,
                               const struct error_note *note, const char *id)
{
    struct slice route = note_redact(arena, note->route);
    struct slice detail = note_redact(arena, note->detail);
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_text(&json, S("event_id"), slice_from(id));
    json_member_time(&json, S("timestamp"), note->at);
    json_member_text(&json, S("platform"), S("native"));
    json_member_text(&json, S("level"), slice_from(level_of(note->severity)));
    json_member_text(&json, S("logger"), slice_from(note->source));
    if (setup->node[0] != '\0') {
        json_member_text(&json, S("server_name"), slice_from(setup->node));
    }
    json_member_text(&json, S("environment"), slice_from(setup->environment));
    json_member_text(&json, S("release"), arena_format(arena, "astralfield@%s", setup->version));
    if (route.len > 0) {
        json_member_text(&json, S("transaction"), route);
    }
    json_key(&json, S("message"));
    json_open_object(&json);
    json_member_text(&json, S("formatted"), note_redact(arena, note->message));
    json_close_object(&json);
    write_tags(&json, note, route);
    if (detail.len > 0) {
        json_key(&json, S("extra"));
        json_open_object(&json);
        json_member_text(&json, S("detail"), detail);
        json_close_object(&json);
    }
    json_close_object(&json);
    return json_done(&json);
}

struct slice sentry_envelope(struct arena *arena, const struct sentry_setup *setup,
                             const struct error_note *note, const char id[33])
{
    char stamp[UTIME_TEXT_MAX];
    struct slice payload = payload_of(arena, setup, note, id);
    struct buffer out;
    buffer_init(&out, arena);
    buffer_format(&out,
                  "{\"event_id\":\"%s\",\"sent_at\":\"%.*s\","
                  "\"sdk\":{\"name\":\"astralfield\",\"version\":\"%s\"}}\n"
                  "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":%zu}\n",
                  id, FMT(utime_print(note->at, stamp)), setup->version, payload.len);
    buffer_add(&out, payload);
    buffer_byte(&out, '\n');
    return buffer_slice(&out);
}

/* ---- the queue ---- */

static size_t copy(char *to, size_t room, struct slice text)
{
    size_t len = text.len < room ? text.len : room;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    if (len > 0) {
        memcpy(to, text.ptr, len);
    }
    return len;
}

void sentry_note(const struct error_note *note)
{
    pthread_mutex_lock(&sentry.lock);
    if (sentry.is_on && sentry.count == SENTRY_QUEUE_MAX) {
        sentry.dropped++;
    } else if (sentry.is_on) {
        struct queued *last = &sentry.queue[(sentry.first + sentry.count++) % SENTRY_QUEUE_MAX];
        *last = (struct queued){ .source = note->source,
                                 .category = note->category,
                                 .severity = note->severity,
                                 .status = note->status,
                                 .at = note->at };
        last->route_len = copy(last->route, sizeof(last->route), note->route);
        last->message_len = copy(last->message, sizeof(last->message), note->message);
        last->detail_len = copy(last->detail, sizeof(last->detail), note->detail);
        last->request_id_len = copy(last->request_id, sizeof(last->request_id), note->request_id);
        pthread_cond_signal(&sentry.has_news);
    }
    pthread_mutex_unlock(&sentry.lock);
}

struct sentry_figures sentry_figures(void)
{
    pthread_mutex_lock(&sentry.lock);
    struct sentry_figures figures = { .is_on = sentry.is_on,
                                      .sent = sentry.sent,
                                      .dropped = sentry.dropped,
                                      .waiting = sentry.count };
    pthread_mutex_unlock(&sentry.lock);
    return figures;
}

/* ---- sending ---- */

static void new_id(char id[33])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[16];
    random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        id[2 * i] = digits[bytes[i] >> 4];
        id[2 * i + 1] = digits[bytes[i] & 15];
    }
    id[32] = '\0';
}

/* *ret_pause_s: how long nothing is to be sent; -1 = the other side did not answer. True when the event
 * is done with, taken or refused. */
static bool send_one(const struct queued *event, int64_t *ret_pause_s, bool *ret_is_taken)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    char id[33];
    new_id(id);
    const struct error_note note = {
        .source = event->source,
        .category = event->category,
        .severity = event->severity,
        .route = { event->route, event->route_len },
        .message = { event->message, event->message_len },
        .detail = { event->detail, event->detail_len },
        .request_id = { event->request_id, event->request_id_len },
        .status = event->status,
        .at = event->at,
    };
    const struct out_header headers[] = {
        { S("Content-Type"), S("application/x-sentry-envelope") },
        { S("X-Sentry-Auth"),
          arena_format(&arena,
                       "Sentry sentry_version=7, sentry_client=astralfield/%s, sentry_key=%.*s",
                       sentry.setup.version, FMT(sentry.dsn.key)) },
    };
    struct out_reply reply;
    enum error error =
        out_post(&(struct out_request){ .arena = &arena,
                                        .url = sentry.dsn.envelope_url,
                                        .headers = headers,
                                        .header_count = ARRAY_LEN(headers),
                                        .body = sentry_envelope(&arena, &sentry.setup, &note, id),
                                        .total_ms = CALL_MS,
                                        .reply_bytes_max = REPLY_BYTES_MAX },
                 &reply);
    if (error != OK || reply.status >= 500) {
        *ret_pause_s = -1;
        return false;
    }
    int64_t pause_s =
        reply.status == 429 && reply.retry_after_s == 0 ? PAUSE_MAX_S : reply.retry_after_s;
    *ret_pause_s = pause_s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : pause_s;
    *ret_is_taken = reply.status / 100 == 2;
    return true;
}

/* Under the lock; returns early when we are to end. */
static void rest(int64_t seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    while (!sentry.is_closing &&
           pthread_cond_timedwait(&sentry.has_news, &sentry.lock, &until) == 0) {
        /* Woken by news; the pause goes on. */
    }
}

/* One event, under the lock but for the call itself. The event keeps its place until it is done with. */
static void tend(int64_t *pause_s)
{
    struct queued event = sentry.queue[sentry.first];
    int64_t asked_s = 0;
    bool is_taken = false;
    pthread_mutex_unlock(&sentry.lock);
    bool is_done = send_one(&event, &asked_s, &is_taken);
    pthread_mutex_lock(&sentry.lock);
    if (is_done) {
        sentry.first = (sentry.first + 1) % SENTRY_QUEUE_MAX;
        sentry.count--;
        sentry.sent += is_taken;
        sentry.dropped += !is_taken;
        *pause_s = 0;
    } else {
        int64_t longer = *pause_s == 0 ? PAUSE_MIN_S : *pause_s * 2;
        *pause_s = longer > PAUSE_MAX_S ? PAUSE_MAX_S : longer;
        asked_s = *pause_s;
    }
    if (asked_s > 0) {
        rest(asked_s);
    }
}

static void *sender(void *thing)
{
    (void)thing;
    int64_t pause_s = 0;
    pthread_mutex_lock(&sentry.lock);
    for (;;) {
        while (sentry.count == 0 && !sentry.is_closing) {
            pthread_cond_wait(&sentry.has_news, &sentry.lock);
        }
        if (sentry.is_closing && (sentry.count == 0 || pause_s > 0)) {
            break;
        }
        tend(&pause_s);
    }
    sentry.dropped += sentry.count;
    sentry.count = 0;
    pthread_mutex_unlock(&sentry.lock);
    return NULL;
}

enum error sentry_start(const struct sentry_setup *setup, struct faults *faults)
{
    if (setup->dsn[0] == '\0') {
        return OK;
    }
    CHECK(!sentry.is_on);
    if (sentry_parse(&sentry.arena, slice_from(setup->dsn), &sentry.dsn) != OK) {
        fault_add(faults, S("SENTRY_DSN"), "must be like https://KEY@HOST/PROJECT");
        return refuse(faults, E_INVALID, "some settings are not acceptable");
    }
    sentry.setup = *setup;
    pthread_cond_init(&sentry.has_news, NULL);
    sentry.is_closing = false;
    sentry.is_on = true;
    if (pthread_create(&sentry.thread, NULL, sender, NULL) != 0) {
        sentry.is_on = false;
        return refuse(faults, E_OVERLOADED, "no thread can be started");
    }
    return OK;
}

void sentry_stop(void)
{
    pthread_mutex_lock(&sentry.lock);
    bool is_on = sentry.is_on;
    sentry.is_on = false;
    sentry.is_closing = true;
    if (is_on) {
        pthread_cond_signal(&sentry.has_news);
    }
    pthread_mutex_unlock(&sentry.lock);
    if (is_on) {
        pthread_join(sentry.thread, NULL);
        pthread_cond_destroy(&sentry.has_news);
        arena_done(&sentry.arena);
    }
}
