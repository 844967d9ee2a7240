/* What sockets say: {"subscribe":"league:12","from":345,"history":"…"}, {"unsubscribe":"league:12"},
 * {"ping":7}. */
#include <inttypes.h>

#include <jansson.h>

#include "db/db.h"
#include "http/hub.h"
#include "live/internal.h"

static void answer_error(struct socket *socket, struct arena *arena, enum error error,
                         const char *detail)
{
    const struct error_info *info = error_info(error);
    hub_send(socket, arena_format(arena,
                                  "{\"error\":{\"type\":\"/problems/%s\",\"title\":\"%s\","
                                  "\"status\":%d,\"detail\":\"%s\"}}",
                                  info->slug, info->title, info->status, detail));
}

/* "league:12" → 12; "nfl" → 0. */
static enum error parse_stream(struct slice stream, int64_t *ret_league_id)
{
    if (slice_eq(stream, S("nfl"))) {
        *ret_league_id = 0;
        return OK;
    }
    if (!slice_starts(stream, S("league:"))) {
        return E_NOT_FOUND;
    }
    int64_t id = 0;
    if (slice_to_int(slice_from_to(stream, 7, stream.len), &id) != OK || id <= 0) {
        return E_NOT_FOUND;
    }
    *ret_league_id = id;
    return OK;
}

static enum error current_seq(struct arena *arena, int64_t league_id, int64_t *ret_seq)
{
    struct rows rows = { 0 };
    if (league_id == 0) {
        TRY(db_read(arena, SQL_LIVE_NFL_SEQ, NO_PARAMS, &rows));
    } else {
        struct slice list = arena_format(arena, "{%" PRId64 "}", league_id);
        TRY(db_read(arena, SQL_LIVE_LEAGUE_SEQS, PARAMS(P_TEXT(list)), &rows));
    }
    *ret_seq = rows.count == 0 ? 0 : rows_int(&rows, 0, "seq");
    return OK;
}

/* What a client has: the events up to `from` of a history of the database. */
struct place {
    int64_t from;         /* -1 = none */
    struct slice history; /* empty = not said */
};

/* Sends what came after the client's place; too much, or a place in a history that a restore has ended,
 * is answered with the number to fetch a snapshot at. A client without a number starts at the present. */
static enum error replay(struct socket *socket, struct arena *arena, struct slice stream,
                         const struct listener *listener, const struct place *place)
{
    int64_t league_id = listener->league_id;
    int64_t from = place->from;
    int64_t seq = 0;
    struct rows rows = { 0 };
    TRY(current_seq(arena, league_id, &seq));
    TRY(db_read(arena, SQL_LIVE_HISTORY, NO_PARAMS, &rows));
    struct slice history = rows_text(&rows, 0, "history");
    bool is_other = place->history.len > 0 && !slice_eq(place->history, history);
    bool is_lost = from >= 0 && (seq - from > LIVE_REPLAY_MAX || from > seq || is_other);
    hub_send(socket,
             arena_format(arena, "{\"stream\":\"%.*s\",\"%s\":%" PRId64 ",\"history\":\"%.*s\"}",
                          FMT(stream), is_lost ? "reset" : "subscribed", seq, FMT(history)));
    if (from < 0 || is_lost) {
        return OK;
    }
    if (league_id == 0) {
        TRY(db_read(arena, SQL_LIVE_NFL_EVENTS, PARAMS(P_INT(from), P_INT(LIVE_REPLAY_MAX)),
                    &rows));
    } else {
        TRY(db_read(arena, SQL_LIVE_LEAGUE_EVENTS,
                    PARAMS(P_INT(league_id), P_INT(from), P_INT(LIVE_REPLAY_MAX)), &rows));
    }
    for (size_t i = 0; i < rows.count; i++) {
        hub_send(socket, rows_text(&rows, i, listener->is_member ? "message" : "public_message"));
    }
    return OK;
}

struct subscription_request {
    struct live *live;
    struct socket *socket;
    struct arena *arena;
    live_may_listen *may_listen;
};

static void subscribe(const struct subscription_request *request, struct slice stream,
                      const struct place *place)
{
    struct socket *socket = request->socket;
    struct listener listener = { .caller = socket_caller(socket), .is_member = true };
    enum error error = parse_stream(stream, &listener.league_id);
    if (error == OK && listener.league_id != 0) {
        error = request->may_listen(request->live->settings.thing, request->arena, &listener);
    }
    struct slice heard_as = stream;
    if (!listener.is_member) {
        heard_as = live_public_stream(request->arena, listener.league_id);
    }
    if (error == OK && socket_is_open(socket)) {
        /* Listen first, then replay: an event between the two comes twice, never not at all. */
        error = hub_subscribe(socket, heard_as);
    }
    if (error == OK && socket_is_open(socket)) {
        error = replay(socket, request->arena, stream, &listener, place);
    }
    if (error != OK && socket_is_open(socket)) {
        hub_unsubscribe(socket, heard_as);
        answer_error(socket, request->arena, error, "the stream could not be subscribed to");
    }
}

static void unsubscribe(const struct subscription_request *request, struct slice stream)
{
    int64_t league_id = 0;
    hub_unsubscribe(request->socket, stream);
    if (parse_stream(stream, &league_id) == OK && league_id != 0) {
        hub_unsubscribe(request->socket, live_public_stream(request->arena, league_id));
    }
}

void live_message(struct live *live, struct socket *socket, struct arena *arena, struct slice text,
                  live_may_listen *may_listen)
{
    json_error_t why;
    json_t *message = json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &why);
    struct subscription_request request = {
        .live = live, .socket = socket, .arena = arena, .may_listen = may_listen
    };
    const json_t *wanted = json_object_get(message, "subscribe");
    const json_t *unwanted = json_object_get(message, "unsubscribe");
    const json_t *ping = json_object_get(message, "ping");
    if (json_is_string(wanted)) {
        const json_t *from = json_object_get(message, "from");
        const json_t *history = json_object_get(message, "history");
        const struct place place = { .from = json_is_integer(from) ? json_integer_value(from) : -1,
                                     .history = slice_from(json_string_value(history)) };
        struct slice stream = { json_string_value(wanted), json_string_length(wanted) };
        subscribe(&request, arena_copy(arena, stream), &place);
    } else if (json_is_string(unwanted)) {
        struct slice stream = { json_string_value(unwanted), json_string_length(unwanted) };
        unsubscribe(&request, arena_copy(arena, stream));
    } else if (json_is_integer(ping)) {
        hub_send(socket, arena_format(arena, "{\"pong\":%" JSON_INTEGER_FORMAT "}",
                                      json_integer_value(ping)));
    } else {
        answer_error(socket, arena, E_BAD_REQUEST,
                     "send {subscribe}, {unsubscribe} or {ping} as one JSON object");
    }
    json_decref(message);
}
