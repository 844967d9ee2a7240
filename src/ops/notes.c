#include "ops/notes.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/json.h"
#include "db/db.h"
#include "ops/sentry.h"

enum { DETAIL_MAX = 1500, ID_MAX = 64, PATH_MAX_BYTES = 200, METHOD_MAX = 16, ADDRESS_MAX = 48 };

struct text64 {
    char text[ID_MAX];
    size_t len;
};

struct noted_error {
    const char *source, *category, *severity;
    char route[NOTE_ROUTE_MAX], message[NOTE_MESSAGE_MAX], detail[DETAIL_MAX];
    size_t route_len, message_len, detail_len;
    struct text64 request_id;
    int64_t user_id, count;
    int status;
    utime first_at, last_at;
};

struct noted_access {
    const char *actor;
    int64_t user_id, token_id;
    char path[PATH_MAX_BYTES], method[METHOD_MAX], address[ADDRESS_MAX];
    size_t path_len, method_len, address_len;
    struct text64 request_id;
    int status;
    utime at;
};

struct noted_seen {
    int64_t id;
    bool is_session;
};

static struct {
    pthread_mutex_t lock; /* guards everything below */
    struct noted_error errors[NOTE_ERRORS_MAX];
    struct noted_access accesses[NOTE_ACCESSES_MAX];
    struct noted_seen seen[NOTE_SEEN_MAX];
    size_t error_count, access_count, seen_count;
    uint64_t dropped;
} notes = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Copies as much as there is room for, whole code points only. */
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

static struct text64 text64_from(struct slice text)
{
    struct text64 short_text = { .len = 0 };
    short_text.len = copy(short_text.text, sizeof(short_text.text), text);
    return short_text;
}

static bool is_start(const char *kept, size_t kept_len, struct slice text, size_t room)
{
    size_t len = text.len < room ? text.len : room;
    return kept_len <= len && len - kept_len < 4 && memcmp(kept, text.ptr, kept_len) == 0;
}

static struct noted_error *find_error(const struct error_note *note)
{
    for (size_t i = 0; i < notes.error_count; i++) {
        struct noted_error *old = &notes.errors[i];
        if (strcmp(old->source, note->source) == 0 &&
            is_start(old->route, old->route_len, note->route, sizeof(old->route)) &&
            is_start(old->message, old->message_len, note->message, sizeof(old->message))) {
            return old;
        }
    }
    return NULL;
}

void note_error(const struct error_note *note)
{
    pthread_mutex_lock(&notes.lock);
    struct noted_error *error = find_error(note);
    bool is_new = error == NULL;
    if (error == NULL && notes.error_count == NOTE_ERRORS_MAX) {
        notes.dropped++;
        pthread_mutex_unlock(&notes.lock);
        return;
    }
    if (error == NULL) {
        error = &notes.errors[notes.error_count++];
        *error = (struct noted_error){ .source = note->source,
                                       .category = note->category,
                                       .severity = note->severity,
                                       .first_at = note->at };
        error->route_len = copy(error->route, sizeof(error->route), note->route);
        error->message_len = copy(error->message, sizeof(error->message), note->message);
    }
    error->detail_len = copy(error->detail, sizeof(error->detail), note->detail);
    error->request_id = text64_from(note->request_id);
    error->user_id = note->user_id;
    error->status = note->status;
    /* What began earlier may fail later. */
    error->first_at = note->at < error->first_at ? note->at : error->first_at;
    error->last_at = note->at > error->last_at ? note->at : error->last_at;
    error->count++;
    pthread_mutex_unlock(&notes.lock);
    if (is_new) { /* the same one again within this second is not told again */
        sentry_note(note);
    }
}

void note_access(const struct access_note *note)
{
    pthread_mutex_lock(&notes.lock);
    if (notes.access_count == NOTE_ACCESSES_MAX) {
        notes.dropped++;
    } else {
        struct noted_access *access = &notes.accesses[notes.access_count++];
        *access = (struct noted_access){ .actor = note->actor,
                                         .user_id = note->user_id,
                                         .token_id = note->token_id,
                                         .request_id = text64_from(note->request_id),
                                         .status = note->status,
                                         .at = note->at };
        access->path_len = copy(access->path, sizeof(access->path), note->path);
        access->method_len = copy(access->method, sizeof(access->method), note->method);
        access->address_len = copy(access->address, sizeof(access->address), note->address);
    }
    pthread_mutex_unlock(&notes.lock);
}

void note_seen(bool is_session, int64_t id)
{
    pthread_mutex_lock(&notes.lock);
    if (notes.seen_count == NOTE_SEEN_MAX) {
        notes.dropped++;
    } else {
        notes.seen[notes.seen_count++] = (struct noted_seen){ .id = id, .is_session = is_session };
    }
    pthread_mutex_unlock(&notes.lock);
}

uint64_t notes_dropped(void)
{
    pthread_mutex_lock(&notes.lock);
    uint64_t dropped = notes.dropped;
    pthread_mutex_unlock(&notes.lock);
    return dropped;
}

/* ---- writing down ---- */

struct batch {
    struct arena arena;
    struct slice errors, accesses, sessions, tokens;
    size_t error_count, access_count, seen_count;
    int64_t counts[NOTE_ERRORS_MAX]; /* of each error, as written */
};

static void write_error(struct json *json, const struct noted_error *error)
{
    json_open_object(json);
    json_member_text(json, S("source"), slice_from(error->source));
    json_member_text(json, S("category"), slice_from(error->category));
    json_member_text(json, S("severity"), slice_from(error->severity));
    json_member_text(json, S("route"), (struct slice){ error->route, error->route_len });
    json_member_text(json, S("message"), (struct slice){ error->message, error->message_len });
    json_member_int(json, S("count"), error->count);
    json_member_time(json, S("first_at"), error->first_at);
    json_member_time(json, S("last_at"), error->last_at);
    json_key(json, S("sample"));
    json_open_object(json);
    json_member_text(json, S("requestId"),
                     (struct slice){ error->request_id.text, error->request_id.len });
    if (error->status != 0) {
        json_member_int(json, S("status"), error->status);
    }
    if (error->user_id != 0) {
        json_member_int(json, S("userId"), error->user_id);
    }
    if (error->detail_len > 0) {
        json_member_text(json, S("detail"), (struct slice){ error->detail, error->detail_len });
    }
    json_close_object(json);
    json_close_object(json);
}

static void write_access(struct json *json, const struct noted_access *access)
{
    json_open_object(json);
    json_member_time(json, S("at"), access->at);
    json_member_text(json, S("actor"), slice_from(access->actor));
    if (access->user_id != 0) {
        json_member_int(json, S("user_id"), access->user_id);
    }
    if (access->token_id != 0) {
        json_member_int(json, S("token_id"), access->token_id);
    }
    json_member_text(json, S("method"), (struct slice){ access->method, access->method_len });
    json_member_text(json, S("path"), (struct slice){ access->path, access->path_len });
    json_member_int(json, S("status"), access->status);
    if (access->address_len > 0) {
        json_member_text(json, S("ip"), (struct slice){ access->address, access->address_len });
    }
    json_member_text(json, S("request_id"),
                     (struct slice){ access->request_id.text, access->request_id.len });
    json_close_object(json);
}

/* "{1,2,3}" of the one kind. */
static struct slice seen_list(struct arena *arena, bool is_session)
{
    struct buffer list;
    buffer_init(&list, arena);
    buffer_byte(&list, '{');
    for (size_t i = 0; i < notes.seen_count; i++) {
        if (notes.seen[i].is_session == is_session) {
            buffer_format(&list, "%s%" PRId64, list.len > 1 ? "," : "", notes.seen[i].id);
        }
    }
    buffer_byte(&list, '}');
    return buffer_slice(&list);
}

static void read_notes(struct batch *batch)
{
    struct json json;
    pthread_mutex_lock(&notes.lock);
    json_init(&json, &batch->arena);
    json_open_array(&json);
    for (size_t i = 0; i < notes.error_count; i++) {
        write_error(&json, &notes.errors[i]);
        batch->counts[i] = notes.errors[i].count;
    }
    json_close_array(&json);
    batch->errors = json_done(&json);
    json_init(&json, &batch->arena);
    json_open_array(&json);
    for (size_t i = 0; i < notes.access_count; i++) {
        write_access(&json, &notes.accesses[i]);
    }
    json_close_array(&json);
    batch->accesses = json_done(&json);
    batch->sessions = seen_list(&batch->arena, true);
    batch->tokens = seen_list(&batch->arena, false);
    batch->error_count = notes.error_count;
    batch->access_count = notes.access_count;
    batch->seen_count = notes.seen_count;
    pthread_mutex_unlock(&notes.lock);
}

/* What came while the batch was written stays; an error that came again keeps the rest of its count. */
static void drop_written(const struct batch *batch)
{
    pthread_mutex_lock(&notes.lock);
    size_t kept = 0;
    for (size_t i = 0; i < notes.error_count; i++) {
        struct noted_error *error = &notes.errors[i];
        error->count -= i < batch->error_count ? batch->counts[i] : 0;
        if (error->count > 0) {
            notes.errors[kept++] = *error;
        }
    }
    notes.error_count = kept;
    notes.access_count -= batch->access_count;
    memmove(notes.accesses, notes.accesses + batch->access_count,
            notes.access_count * sizeof(notes.accesses[0]));
    notes.seen_count -= batch->seen_count;
    memmove(notes.seen, notes.seen + batch->seen_count, notes.seen_count * sizeof(notes.seen[0]));
    pthread_mutex_unlock(&notes.lock);
}

static enum error store(struct batch *batch)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(&batch->arena, &tx));
    if (batch->error_count > 0) {
        tx_send(&tx, SQL_OPS_NOTES_ERRORS, PARAMS(P_TEXT(batch->errors)));
    }
    if (batch->access_count > 0) {
        tx_send(&tx, SQL_OPS_NOTES_ACCESSES, PARAMS(P_TEXT(batch->accesses)));
    }
    if (batch->seen_count > 0) {
        tx_send(&tx, SQL_OPS_NOTES_SEEN, PARAMS(P_TEXT(batch->sessions), P_TEXT(batch->tokens)));
    }
    return tx_commit(&tx);
}

enum error notes_write(void)
{
    pthread_mutex_lock(&notes.lock);
    bool is_nothing = notes.error_count + notes.access_count + notes.seen_count == 0;
    pthread_mutex_unlock(&notes.lock);
    if (is_nothing) {
        return OK;
    }
    struct batch *batch = calloc(1, sizeof(*batch));
    CHECK(batch != NULL);
    read_notes(batch);
    enum error error = store(batch);
    if (error == OK) {
        drop_written(batch);
    }
    arena_done(&batch->arena);
    free(batch);
    return error;
}
