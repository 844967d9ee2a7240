#include "live/live.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "db/db.h"
#include "http/hub.h"
#include "live/internal.h"
#include "run/fiber.h"

struct live *live_new(const struct live_settings *settings)
{
    struct live *live = calloc(1, sizeof(*live));
    CHECK(live != NULL);
    *live = (struct live){ .settings = *settings, .heads = heads_new() };
    return live;
}

void live_free(struct live *live)
{
    if (live != NULL) {
        heads_free(live->heads);
        free(live);
    }
}

void live_attach(struct live *live, struct server *server)
{
    live->server = server;
}

bool live_is_listening(const struct live *live)
{
    return atomic_load_explicit(&live->is_listening, memory_order_acquire);
}

struct document_versions live_versions(struct live *live, int64_t league_id)
{
    return (struct document_versions){
        .league_seq = league_id == 0 ? 0 : heads_league(live->heads, league_id),
        .nfl_seq = heads_nfl(live->heads),
    };
}

/* ---- publishing: a fiber fetches what is new and sends it on ---- */

struct publication {
    struct live *live;
    int64_t league_id; /* 0 = the nfl stream */
};

struct slice live_public_stream(struct arena *arena, int64_t league_id)
{
    return arena_format(arena, "public:%" PRId64, league_id);
}

static enum error read_events(struct arena *arena, const struct published *stream,
                              struct rows *ret_rows)
{
    struct param after = P_INT(stream->sent);
    return stream->league_id == 0
               ? db_read(arena, SQL_LIVE_NFL_EVENTS, PARAMS(after, P_INT(LIVE_REPLAY_MAX)),
                         ret_rows)
               : db_read(arena, SQL_LIVE_LEAGUE_EVENTS,
                         PARAMS(P_INT(stream->league_id), after, P_INT(LIVE_REPLAY_MAX)), ret_rows);
}

/* Who may listen has changed: those it may concern are closed, come back, and are asked again. The event
 * itself was published before. */
static void close_outsiders(struct live *live, int64_t league_id, const struct rows *rows, size_t i)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice kind = rows_text(rows, i, "kind");
    bool is_end = slice_eq(kind, S("league.deleted"));
    struct hub_whom whom = { .stream = arena_format(&arena, "league:%" PRId64, league_id) };
    if (slice_eq(kind, S("member.left"))) {
        whom.user_id = rows_int(rows, i, "actor_user_id");
        hub_close_some(live->server, &whom, CLOSE_RESTART, S("you left the league"));
    } else if (is_end) {
        hub_close_some(live->server, &whom, CLOSE_RESTART, S("the league is gone"));
    }
    if (is_end || slice_eq(kind, S("league.settings_changed"))) {
        whom = (struct hub_whom){ .stream = live_public_stream(&arena, league_id) };
        hub_close_some(live->server, &whom, CLOSE_RESTART, S("the league has changed"));
    }
}

/* Sends on what came after stream->sent; false when there is nothing (more) to send now. */
static bool publish_some(struct live *live, struct published *stream)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    int64_t league_id = stream->league_id;
    enum error error = read_events(&arena, stream, &rows);
    if (error != OK || rows.count == 0 || live->is_stopping) {
        return false; /* the next announcement or the poll tries again */
    }
    struct slice name =
        league_id == 0 ? S("nfl") : arena_format(&arena, "league:%" PRId64, league_id);
    for (size_t i = 0; i < rows.count; i++) {
        hub_publish(live->server, name, rows_text(&rows, i, "message"));
        if (league_id != 0) {
            hub_publish(live->server, live_public_stream(&arena, league_id),
                        rows_text(&rows, i, "public_message"));
            close_outsiders(live, league_id, &rows, i);
        }
    }
    stream->sent = rows_int(&rows, rows.count - 1, "seq");
    return true;
}

static void publish(void *thing)
{
    struct publication publication = *(struct publication *)thing;
    struct published *stream = published_of(publication.live, publication.league_id);
    free(thing);
    while (stream->sent < stream->wanted && publish_some(publication.live, stream)) {
    }
    stream->is_running = false;
    publication.live->publishers--;
}

static void start_publication(struct live *live, struct published *stream)
{
    struct publication *publication = malloc(sizeof(*publication));
    CHECK(publication != NULL);
    *publication = (struct publication){ .live = live, .league_id = stream->league_id };
    if (fiber_start(live->loop, publish, publication) != OK) {
        free(publication); /* the next announcement or the poll tries again */
        log_line(LOG_WARN, "publication_dropped", "league=%" PRId64, stream->league_id);
        return;
    }
    stream->is_running = true;
    live->publishers++;
}

/* A stream's number has grown, as NOTIFY or the poll says; on the live loop. */
static void heard_stream(struct live *live, int64_t league_id, int64_t seq)
{
    struct published *stream = published_of(live, league_id);
    if (stream->wanted == 0) {
        stream->sent = seq > 0 ? seq - 1 : 0; /* nobody has asked for what was before */
    }
    if (seq > stream->wanted) {
        stream->wanted = seq;
    }
    if (stream->sent < stream->wanted && !stream->is_running && !live->is_stopping) {
        start_publication(live, stream);
    }
}

static void heard_league(struct live *live, int64_t league_id, int64_t seq)
{
    heads_raise(live->heads, league_id, seq);
    heard_stream(live, league_id, seq);
}

static void heard_nfl(struct live *live, int64_t seq)
{
    heads_raise_nfl(live->heads, seq);
    heard_stream(live, 0, seq);
}

static void heard(void *thing, struct slice payload)
{
    struct live *live = thing;
    if (payload.len == 0) {
        /* (Re)connected: what happened meanwhile is unknown, so nothing finished is good. */
        document_clear(live->settings.documents);
        live->settings.operator_said(live->settings.thing, S(""));
        atomic_store_explicit(&live->is_listening, true, memory_order_release);
        return;
    }
    struct slice rest = payload;
    struct slice kind = slice_cut(&rest, ':');
    int64_t number = 0;
    int64_t seq = 0;
    if (slice_eq(kind, S("signout")) && rest.ptr != NULL) {
        live->settings.signed_out(live->settings.thing, rest);
        return;
    }
    if (slice_eq(kind, S("ops")) && rest.ptr != NULL && rest.len > 0) {
        live->settings.operator_said(live->settings.thing, rest);
        return;
    }
    if (slice_eq(kind, S("nfl")) && rest.ptr != NULL && slice_to_int(rest, &seq) == OK) {
        heard_nfl(live, seq);
        return;
    }
    struct slice id = rest.ptr == NULL ? S("") : slice_cut(&rest, ':');
    if (slice_eq(kind, S("league")) && rest.ptr != NULL && slice_to_int(id, &number) == OK &&
        slice_to_int(rest, &seq) == OK) {
        heard_league(live, number, seq);
        return;
    }
    log_line(LOG_WARN, "announcement_unknown", "payload=%s", LOG_Q(payload));
}

void live_announce(struct live *live, int64_t league_id, int64_t seq)
{
    /* Documents are stale at once; the sockets hear of it through NOTIFY like everybody. */
    heads_raise(live->heads, league_id, seq);
}

/* ---- the poll ---- */

static enum error poll_once(struct live *live, struct arena *arena)
{
    int64_t *ids = ARENA_ARRAY(arena, LIVE_POLL_LEAGUES_MAX, int64_t);
    size_t count = heads_asked(live->heads, ids, LIVE_POLL_LEAGUES_MAX);
    struct rows rows = { 0 };
    TRY(db_read(arena, SQL_LIVE_NFL_SEQ, NO_PARAMS, &rows));
    heard_nfl(live, rows_int(&rows, 0, "seq"));
    if (count == 0) {
        return OK;
    }
    struct buffer list;
    buffer_init(&list, arena);
    for (size_t i = 0; i < count; i++) {
        buffer_format(&list, "%c%" PRId64, i == 0 ? '{' : ',', ids[i]);
    }
    buffer_byte(&list, '}');
    TRY(db_read(arena, SQL_LIVE_LEAGUE_SEQS, PARAMS(P_TEXT(buffer_slice(&list))), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        heard_league(live, rows_int(&rows, i, "id"), rows_int(&rows, i, "seq"));
    }
    return OK;
}

static void poll(void *thing)
{
    struct live *live = thing;
    int64_t until_next = 0;
    while (!live->is_stopping) {
        if (until_next <= 0) {
            CLEANUP(arena_done) struct arena arena = { 0 };
            enum error error = poll_once(live, &arena);
            if (error != OK) {
                /* Neither announcements nor the poll can be trusted now. */
                atomic_store_explicit(&live->is_listening, false, memory_order_release);
            } else if (!live_is_listening(live)) {
                document_clear(live->settings.documents);
                atomic_store_explicit(&live->is_listening, true, memory_order_release);
            }
            until_next = LIVE_POLL_US;
        }
        fiber_sleep(50 * US_PER_MS);
        until_next -= 50 * US_PER_MS;
    }
    live->is_polling = false;
}

enum error live_loop_start(struct live *live, struct loop *loop)
{
    live->loop = loop;
    TRY(db_listen(loop, heard, live));
    TRY(fiber_start(loop, poll, live));
    live->is_polling = true;
    return OK;
}

void live_loop_stop(struct live *live)
{
    live->is_stopping = true;
    while (live->is_polling || live->publishers > 0) {
        fiber_sleep(5 * US_PER_MS);
    }
    published_free(live);
}
