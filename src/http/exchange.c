/* The way of a request: row, limits, body, then either an answer at once or a fiber that identifies,
 * limits, authorises, reads the input, and calls the handler. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/log.h"
#include "http/connection.h"
#include "http/params.h"
#include "run/fiber.h"

/* ---- the head ---- */

/* The caller's id when it is harmless in logs and headers, else 16 hexadecimal digits. */
static struct slice request_id(struct exchange *exchange)
{
    struct slice given = request_header(&exchange->request, S("x-request-id"));
    bool is_good = given.ptr != NULL && given.len >= REQUEST_ID_MIN && given.len <= REQUEST_ID_MAX;
    for (size_t i = 0; is_good && i < given.len; i++) {
        char c = given.ptr[i];
        is_good = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '_' || c == '-';
    }
    if (is_good) {
        memcpy(exchange->id, given.ptr, given.len);
        return (struct slice){ .ptr = exchange->id, .len = given.len };
    }
    uint64_t number = rng_next(&exchange->home->ids);
    for (int i = 0; i < 16; i++) {
        exchange->id[i] = "0123456789abcdef"[number >> (4 * i) & 15];
    }
    return (struct slice){ .ptr = exchange->id, .len = 16 };
}

/* Copied: a fiber may outlive its connection. */
static struct slice peer_address(struct exchange *exchange)
{
    memcpy(exchange->address, exchange->connection->address_text, sizeof(exchange->address));
    return slice_from(exchange->address);
}

/* Behind a proxy the last address it appended is the client's: earlier ones anybody can write. */
static struct slice client_address(struct exchange *exchange)
{
    struct slice own = peer_address(exchange);
    exchange->request.peer = own;
    if (!exchange->home->server->settings.is_tls_in_front) {
        return own;
    }
    struct slice last = S("");
    for (size_t i = 0; i < exchange->header_count; i++) {
        if (slice_eq_nocase(exchange->headers[i].name, S("x-forwarded-for"))) {
            last = exchange->headers[i].value;
        }
    }
    for (size_t comma = slice_find(last, ',', 0); comma < last.len;
         comma = slice_find(last, ',', 0)) {
        last = slice_trim(slice_from_to(last, comma + 1, last.len));
    }
    char text[ADDRESS_TEXT_MAX];
    struct in6_addr parsed;
    if (last.len == 0 || last.len >= sizeof(text)) {
        return own;
    }
    memcpy(text, last.ptr, last.len);
    text[last.len] = '\0';
    bool is_address =
        inet_pton(AF_INET, text, &parsed) == 1 || inet_pton(AF_INET6, text, &parsed) == 1;
    return is_address ? last : own;
}

static enum error find_row(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    struct router_match match = { 0 };
    enum error error = router_find(exchange->home->server->router, request->method, request->path,
                                   &exchange->arena, &match);
    exchange->is_head_request = slice_eq(request->method, S("HEAD"));
    if (match.allow.len > 0) {
        reply_header(request, S("Allow"), match.allow);
    }
    if (error != OK) {
        bool may_be_file = error == E_NOT_FOUND && exchange->home->server->settings.files != NULL &&
                           (exchange->is_head_request || slice_eq(request->method, S("GET")));
        return may_be_file ? OK : error;
    }
    exchange->is_options = match.is_options;
    if (match.endpoint != NULL) {
        request->endpoint = match.endpoint;
        exchange->route = match.index;
        memcpy(request->path_values, match.values, sizeof(match.values));
    }
    return OK;
}

static bool has_body(const struct exchange *exchange)
{
    return (exchange->parser.flags & F_CHUNKED) != 0 || exchange->parser.content_length > 0;
}

/* What a row refuses before it reads a body. */
static enum error admit(struct exchange *exchange)
{
    TRY(find_row(exchange));
    const struct endpoint *row = exchange->request.endpoint;
    if (row != NULL && row->body_bytes > 0) {
        exchange->body_max = row->body_bytes;
    }
    if (exchange->parser.content_length > exchange->body_max) {
        return E_TOO_LARGE;
    }
    const struct server_hooks *hooks = &exchange->home->server->settings.hooks;
    if (hooks->admit != NULL) {
        TRY(hooks->admit(&exchange->request));
    }
    return OK;
}

void exchange_head(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    exchange->began = mono_now();
    request->now = utime_now();
    enum error error = head_read(exchange);
    request->id = request_id(exchange);
    request->address = client_address(exchange);
    if (error != OK) {
        exchange_refuse(exchange, error);
        return;
    }
    exchange->refusal = admit(exchange);
    if (!has_body(exchange)) {
        return;
    }
    if (exchange->refusal != OK) {
        exchange_refuse(exchange, exchange->refusal); /* the body stays unread */
    } else if (exchange->wants_continue && exchange->parsed == exchange->filled) {
        struct slice line = S("HTTP/1.1 100 Continue\r\n\r\n");
        ssize_t sent = send(exchange->connection->watch.fd, line.ptr, line.len, MSG_NOSIGNAL);
        (void)sent; /* who does not get it sends the body after a while all the same */
    }
}

void exchange_refuse(struct exchange *exchange, enum error error)
{
    if (exchange->request.id.len == 0) {
        exchange->began = mono_now();
        exchange->request.now = utime_now();
        exchange->header_count = 0;
        exchange->request.id = request_id(exchange);
        exchange->request.address = peer_address(exchange);
        exchange->request.peer = exchange->request.address;
    }
    exchange->must_close = true;
    reply_problem(&exchange->request, error);
    reply_send(exchange);
}

/* ---- the answer at once ---- */

static void answer_file(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    struct static_request wanted = {
        .method = request->method,
        .path = request->path,
        .accept_encoding = request_header(request, S("accept-encoding")),
        .if_none_match = request_header(request, S("if-none-match")),
    };
    struct static_reply found = static_find(exchange->home->server->settings.files, &wanted);
    if (found.status != 200 && found.status != 304) {
        reply_problem(request, E_NOT_FOUND);
        return;
    }
    const struct server_hooks *hooks = &exchange->home->server->settings.hooks;
    if (found.is_page && hooks->page != NULL) {
        request->error = hooks->page(request);
    }
    if (request->error != OK) { /* never kept, never "as you have it" */
        wanted.if_none_match = (struct slice){ 0 };
        found = static_find(exchange->home->server->settings.files, &wanted);
        found.status = error_info(request->error)->status;
        found.etag = S("");
        found.cache_control = "no-store";
    }
    exchange->reply.status = found.status;
    exchange->reply.body = found.body;
    exchange->reply.media = found.media;
    exchange->reply.encoding = found.encoding;
    exchange->reply.etag = found.etag;
    exchange->reply.is_etag_quoted = true;
    if (exchange->reply.cache_control == NULL || request->error != OK) {
        exchange->reply.cache_control = found.cache_control;
    }
    exchange->reply.varies_by_encoding = found.varies;
    exchange->reply.is_site = true;
}

static bool is_constant(const struct request *request)
{
    const struct endpoint *endpoint = request->endpoint;
    bool may_keep = endpoint->cache == CACHE_CONSTANT || endpoint->cache == CACHE_BRIEF;
    return may_keep && endpoint->access == ACCESS_PUBLIC && endpoint->params == NULL &&
           endpoint->method == METHOD_GET && request->query.len == 0;
}

/* True when the answer needs no wait. */
static bool answer_at_once(struct exchange *exchange)
{
    struct request *request = &exchange->request;
    const struct server_hooks *hooks = &exchange->home->server->settings.hooks;
    if (exchange->refusal != OK) {
        reply_problem(request, exchange->refusal);
        return true;
    }
    if (exchange->is_options) {
        reply_status(request, 204);
        return true;
    }
    if (request->endpoint == NULL) {
        answer_file(exchange);
        return true;
    }
    struct constant *constant = &exchange->home->constants[exchange->route];
    enum cache cache = request->endpoint->cache;
    bool is_kept = constant->body.ptr != NULL && is_constant(request);
    if (is_kept && cache == CACHE_CONSTANT) {
        reply_body(request, constant->body, constant->media);
        reply_etag(request, slice_from(constant->etag));
        return true;
    }
    if (is_kept && exchange->began.us - constant->made_us < BRIEF_US) {
        /* Copied: the next one may take its place before the last byte has left. */
        reply_body(request, arena_copy(&exchange->arena, constant->body), constant->media);
        return true;
    }
    struct slice document = { 0 };
    struct slice etag = { 0 };
    if ((cache == CACHE_LEAGUE || cache == CACHE_NFL) && hooks->cached != NULL &&
        hooks->cached(request, &document, &etag)) {
        reply_json(request, document);
        reply_etag(request, etag);
        return true;
    }
    return false;
}

/* ---- in a fiber ---- */

static bool is_same_secret(struct slice a, struct slice b)
{
    unsigned char difference = a.len == b.len ? 0 : 1;
    for (size_t i = 0; i < a.len && i < b.len; i++) {
        difference |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
    }
    return difference == 0 && a.len > 0;
}

/* An Origin names this host, or there is none (no browser). The scheme is not looked at: whoever ends TLS
 * in front may not have told us. */
static bool is_own_origin(const struct request *request)
{
    struct slice origin = request_header(request, S("origin"));
    if (origin.ptr == NULL) {
        return true;
    }
    struct slice prefix = slice_starts(origin, S("https://")) ? S("https://") : S("http://");
    return slice_starts(origin, prefix) &&
           slice_eq_nocase(slice_from_to(origin, prefix.len, origin.len),
                           request_header(request, S("host")));
}

/* Browsers send cookies along whoever asks them to: a write by session must prove that it comes from
 * our own page. Bearer tokens are never sent unasked. */
static enum error check_origin(struct request *request)
{
    if (request->endpoint->method == METHOD_GET || request->caller.kind == CALLER_TOKEN) {
        return OK;
    }
    if (slice_eq(request_header(request, S("sec-fetch-site")), S("cross-site"))) {
        return refuse(&request->faults, E_CSRF, "another site asked for this");
    }
    if (!is_own_origin(request)) {
        return refuse(&request->faults, E_CSRF, "a page of another host asked for this");
    }
    bool is_proven =
        request->caller.kind != CALLER_SESSION ||
        is_same_secret(request_header(request, S("x-csrf-token")), request->caller.csrf_token);
    return is_proven ? OK : E_CSRF;
}

static enum error read_body(struct request *request)
{
    if (request->endpoint->body == NULL) {
        return OK;
    }
    struct slice rest = request_header(request, S("content-type"));
    struct slice media = rest.ptr == NULL ? S("") : slice_cut(&rest, ';');
    bool is_json = slice_eq_nocase(slice_trim(media), S("application/json"));
    bool is_form = slice_eq_nocase(slice_trim(media), S("application/x-www-form-urlencoded"));
    if (!is_json && !(is_form && request->endpoint->is_form_json)) {
        return E_MEDIA_TYPE;
    }
    void *input = NULL;
    TRY(schema_read_body(request->endpoint->body, request->body, &request->faults, &input));
    request->input = input;
    return OK;
}

static enum error authorize(struct request *request, const struct server_hooks *hooks)
{
    if (hooks->authorize != NULL) {
        return hooks->authorize(request);
    }
    return request->endpoint->access == ACCESS_PUBLIC ? OK : E_FORBIDDEN;
}

static enum error make_answer(struct request *request)
{
    const struct server_hooks *hooks = &exchange_of(request)->home->server->settings.hooks;
    const struct endpoint *endpoint = request->endpoint;
    /* What is the same for everybody does not ask who asks: health needs no database. */
    if (hooks->identify != NULL && !is_constant(request)) {
        TRY(hooks->identify(request));
    }
    TRY(check_origin(request));
    if (hooks->limit != NULL) {
        TRY(hooks->limit(request));
    }
    TRY(authorize(request, hooks));
    TRY(request_read_params(request));
    TRY(read_body(request));
    if (endpoint->is_upgrade) {
        TRY(websocket_check(request));
    }
    if (endpoint->query != 0 && hooks->query != NULL) {
        TRY(hooks->query(request));
    } else if (endpoint->handle != NULL) {
        TRY(endpoint->handle(request));
    }
    if (endpoint->is_upgrade) {
        websocket_accept(request);
    }
    return OK;
}

/* FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), 64 bits, in hexadecimal. */
static void tag_of(struct slice body, char tag[static 17])
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < body.len; i++) {
        hash = (hash ^ (unsigned char)body.ptr[i]) * UINT64_C(0x100000001b3);
    }
    for (int i = 0; i < 16; i++) {
        tag[i] = "0123456789abcdef"[hash >> (4 * i) & 15];
    }
    tag[16] = '\0';
}

static void keep_constant(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    struct constant *constant = &exchange->home->constants[exchange->route];
    bool is_brief = exchange->request.endpoint->cache == CACHE_BRIEF;
    bool is_kept = constant->body.ptr != NULL && !is_brief;
    if (is_kept || reply->header_count > 0 || reply->body.len == 0) {
        return;
    }
    free((char *)(uintptr_t)constant->body.ptr);
    char *copy = malloc(reply->body.len);
    CHECK(copy != NULL);
    memcpy(copy, reply->body.ptr, reply->body.len);
    *constant = (struct constant){ .body = { .ptr = copy, .len = reply->body.len },
                                   .media = reply->media,
                                   .made_us = exchange->began.us };
    if (!is_brief) {
        tag_of(constant->body, constant->etag);
        reply_etag(&exchange->request, slice_from(constant->etag));
    }
}

static void keep_answer(struct exchange *exchange)
{
    bool is_ok = exchange->reply.status == 0 || exchange->reply.status == 200;
    if (is_ok && is_constant(&exchange->request)) {
        keep_constant(exchange);
    }
}

static void fiber_body(void *thing)
{
    struct exchange *exchange = thing;
    enum error error = make_answer(&exchange->request);
    if (error != OK) {
        reply_problem(&exchange->request, error);
    } else {
        keep_answer(exchange);
    }
    exchange->is_running = false;
    exchange->is_done = true;
    if (exchange->connection != NULL) {
        home_later(exchange->home, exchange->connection);
    } else {
        exchange_release(exchange); /* nobody waits for it any more */
    }
}

static enum error start_fiber(struct exchange *exchange)
{
    struct home *home = exchange->home;
    bool is_ops = exchange->request.endpoint->lane == LANE_OPS;
    unsigned max = home->server->limits.fibers - (is_ops ? 0 : FIBERS_OPS_SHARE);
    if (fiber_count(home->loop) >= max) {
        return E_OVERLOADED;
    }
    return fiber_start(home->loop, fiber_body, exchange);
}

void exchange_run(struct exchange *exchange)
{
    exchange->must_close |=
        llhttp_should_keep_alive(&exchange->parser) == 0 || exchange->home->is_draining;
    exchange->request.body = buffer_slice(&exchange->body);
    if (!answer_at_once(exchange)) {
        exchange->is_running = true;
        enum error error = start_fiber(exchange);
        if (error == OK) {
            return;
        }
        exchange->is_running = false;
        reply_problem(&exchange->request, error);
    }
    reply_send(exchange);
}
