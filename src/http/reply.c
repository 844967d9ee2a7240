/* The answer: what handlers say about it, and how it is written. */
#include <stdio.h>

#include "base/check.h"
#include "base/log.h"
#include "http/connection.h"

#define PROBLEM_MEDIA "application/problem+json"
#define JSON_MEDIA "application/json"

/* ---- what handlers call ---- */

void reply_body(struct request *request, struct slice body, const char *media)
{
    struct reply *reply = request->reply;
    CHECK(media != NULL);
    reply->body = body;
    reply->media = media;
}

void reply_json(struct request *request, struct slice document)
{
    reply_body(request, document, JSON_MEDIA);
}

void reply_status(struct request *request, int status)
{
    struct reply *reply = request->reply;
    CHECK(status >= 100);
    CHECK(status < 600);
    reply->status = status;
}

/* A line break in a header would let its value end the head: that is our mistake, never sent. */
static bool is_one_line(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < ' ' && text.ptr[i] != '\t') {
            return false;
        }
    }
    return true;
}

void reply_header(struct request *request, struct slice name, struct slice value)
{
    struct reply *reply = request->reply;
    CHECK(reply->header_count < REPLY_HEADERS_MAX);
    CHECK(is_one_line(name));
    CHECK(is_one_line(value));
    reply->header_bytes += name.len + value.len + 4;
    CHECK(reply->header_bytes <= REPLY_HEADER_BYTES_MAX);
    reply->headers[reply->header_count++] = (struct reply_header){ .name = name, .value = value };
}

void reply_cache_control(struct request *request, const char *text)
{
    struct reply *reply = request->reply;
    reply->cache_control = text;
}

void reply_etag(struct request *request, struct slice tag)
{
    struct reply *reply = request->reply;
    CHECK(tag.len <= ETAG_BYTES_MAX);
    CHECK(is_one_line(tag));
    reply->etag = tag;
}

static bool has_header(const struct reply *reply, struct slice name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (slice_eq_nocase(reply->headers[i].name, name)) {
            return true;
        }
    }
    return false;
}

void reply_problem(struct request *request, enum error error)
{
    struct reply *reply = request->reply;
    int status = error_info(error)->status;
    request->error = error;
    if (status >= 500 && !error_is_planned(error) &&
        (request->faults.detail.len > 0 || error == E_INTERNAL)) {
        log_line(LOG_ERROR, "failure", "id=%.*s error=%s detail=%s", FMT(request->id),
                 error_info(error)->name, LOG_Q(request->faults.detail));
    }
    reply->status = status;
    reply->etag = (struct slice){ 0 };
    reply->cache_control = NULL;
    reply->is_site = false;
    int retry_after_s = problem_retry_after_s(error);
    if (retry_after_s > 0 && !has_header(reply, S("Retry-After"))) {
        reply_header(request, S("Retry-After"), arena_format(request->arena, "%d", retry_after_s));
    }
    if (error == E_UPGRADE) {
        reply_header(request, S("Upgrade"), S("websocket"));
    }
    reply_body(request, problem_document(request, error), PROBLEM_MEDIA);
}

/* ---- conditional requests ---- */

/* Weak comparison (RFC 9110, 8.8.3.2) of If-None-Match with a tag without quotes. */
static bool is_match(struct slice list, struct slice tag)
{
    while (list.ptr != NULL) {
        struct slice one = slice_trim(slice_cut(&list, ','));
        if (slice_eq(one, S("*"))) {
            return true;
        }
        if (slice_starts(one, S("W/"))) {
            one = slice_from_to(one, 2, one.len);
        }
        if (one.len == tag.len + 2 && one.ptr[0] == '"' && one.ptr[one.len - 1] == '"' &&
            memcmp(one.ptr + 1, tag.ptr, tag.len) == 0) {
            return true;
        }
    }
    return false;
}

static void check_not_modified(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    const struct endpoint *endpoint = exchange->request.endpoint;
    bool is_get = endpoint != NULL && endpoint->method == METHOD_GET;
    if (is_get && reply->status == 200 && reply->etag.len > 0 &&
        is_match(request_header(&exchange->request, S("if-none-match")), reply->etag)) {
        reply->status = 304;
    }
}

/* ---- the head ---- */

void policies_make(struct server *server)
{
    /* One set for all answers; pages also hold scripts to Trusted Types. */
    static const char api[] =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    static const char types[] = "; require-trusted-types-for 'script'";
    static const char others[] = "X-Content-Type-Options: nosniff\r\n"
                                 "Referrer-Policy: same-origin\r\n"
                                 "Permissions-Policy: camera=(), microphone=(), geolocation=(), "
                                 "payment=(), usb=()\r\n"
                                 "Cross-Origin-Opener-Policy: same-origin\r\n"
                                 "Cross-Origin-Resource-Policy: same-origin\r\n"
                                 "X-Frame-Options: DENY\r\n";
    const char *transport =
        server->settings.is_tls_in_front
            ? "Strict-Transport-Security: max-age=63072000; includeSubDomains; preload\r\n"
            : "";
    int len = snprintf(server->policy_api, sizeof(server->policy_api),
                       "Content-Security-Policy: %s\r\n%s%s", api, others, transport);
    CHECK(len > 0 && (size_t)len < sizeof(server->policy_api));
    server->policy_api_len = (size_t)len;
    len = snprintf(server->policy_site, sizeof(server->policy_site),
                   "Content-Security-Policy: %s%s\r\n%s%s", api, types, others, transport);
    CHECK(len > 0 && (size_t)len < sizeof(server->policy_site));
    server->policy_site_len = (size_t)len;
}

static struct slice reason(int status)
{
    switch (status) {
    case 101:
        return S("101 Switching Protocols");
    case 200:
        return S("200 OK");
    case 201:
        return S("201 Created");
    case 202:
        return S("202 Accepted");
    case 204:
        return S("204 No Content");
    case 304:
        return S("304 Not Modified");
    case 400:
        return S("400 Bad Request");
    case 401:
        return S("401 Unauthorized");
    case 403:
        return S("403 Forbidden");
    case 404:
        return S("404 Not Found");
    case 405:
        return S("405 Method Not Allowed");
    case 409:
        return S("409 Conflict");
    case 429:
        return S("429 Too Many Requests");
    case 500:
        return S("500 Internal Server Error");
    case 503:
        return S("503 Service Unavailable");
    default:
        return (struct slice){ 0 }; /* the phrase is for readers only: a number does */
    }
}

struct head {
    char *at;
    const char *end;
};

static void put(struct head *head, struct slice text)
{
    CHECK((size_t)(head->end - head->at) >= text.len);
    memcpy(head->at, text.ptr, text.len);
    head->at += text.len;
}

static void put_number(struct head *head, size_t number)
{
    char digits[24];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    put(head, (struct slice){ .ptr = digits + at, .len = sizeof(digits) - at });
}

static void put_line(struct head *head, struct slice name, struct slice value)
{
    put(head, name);
    put(head, S(": "));
    put(head, value);
    put(head, S("\r\n"));
}

static void put_status(struct head *head, int status)
{
    struct slice phrase = reason(status);
    put(head, S("HTTP/1.1 "));
    if (phrase.len > 0) {
        put(head, phrase);
    } else {
        put_number(head, (size_t)status);
        put(head, S(" "));
    }
    put(head, S("\r\n"));
}

static struct slice cache_control(const struct exchange *exchange)
{
    const struct endpoint *endpoint = exchange->request.endpoint;
    const struct reply *reply = &exchange->reply;
    if (reply->cache_control != NULL) {
        return slice_from(reply->cache_control);
    }
    bool is_good = reply->status == 200 || reply->status == 304;
    if (!is_good || endpoint == NULL || reply->etag.len == 0) {
        return S("no-store");
    }
    return endpoint->access == ACCESS_PUBLIC ? S("no-cache") : S("private, no-cache");
}

/* What tells caches and the browser how to treat the body. */
static void put_caching(struct head *head, const struct exchange *exchange)
{
    const struct reply *reply = &exchange->reply;
    const struct endpoint *endpoint = exchange->request.endpoint;
    put_line(head, S("Cache-Control"), cache_control(exchange));
    if (reply->etag.len > 0) {
        put(head, reply->is_etag_quoted ? S("ETag: ") : S("ETag: \""));
        put(head, reply->etag);
        put(head, reply->is_etag_quoted ? S("\r\n") : S("\"\r\n"));
    }
    if (reply->varies_by_encoding) {
        put(head, S("Vary: Accept-Encoding\r\n"));
    }
    if (endpoint != NULL && endpoint->is_offline_ok && reply->status == 200) {
        put(head, S("X-Offline: ok\r\n"));
    }
}

static void put_content(struct head *head, const struct reply *reply)
{
    bool has_content = reply->status >= 200 && reply->status != 204 && reply->status != 304;
    if (!has_content) {
        return;
    }
    if (reply->media != NULL) {
        put_line(head, S("Content-Type"), slice_from(reply->media));
    }
    if (reply->encoding != NULL) {
        put_line(head, S("Content-Encoding"), slice_from(reply->encoding));
    }
    put(head, S("Content-Length: "));
    put_number(head, reply->body.len);
    put(head, S("\r\n"));
}

static void put_connection(struct head *head, const struct exchange *exchange)
{
    if (exchange->reply.status == 101) {
        return; /* the handshake says its own */
    }
    if (exchange->must_close) {
        put(head, S("Connection: close\r\n"));
    } else if (exchange->parser.http_minor == 0) {
        put(head, S("Connection: keep-alive\r\n"));
    }
}

static size_t make_head(struct exchange *exchange)
{
    const struct server *server = exchange->home->server;
    const struct reply *reply = &exchange->reply;
    struct head head = { .at = exchange->out, .end = exchange->out + sizeof(exchange->out) };
    put_status(&head, reply->status);
    put(&head, S("Date: "));
    put(&head, (struct slice){ .ptr = home_date(exchange->home), .len = 29 });
    put(&head, S("\r\n"));
    put_content(&head, reply);
    put_connection(&head, exchange);
    put_line(&head, S("X-Request-Id"), exchange->request.id);
    if (reply->status != 101) {
        bool is_page = reply->is_site || (reply->media != NULL &&
                                          slice_starts(slice_from(reply->media), S("text/html")));
        put(&head,
            (struct slice){ .ptr = is_page ? server->policy_site : server->policy_api,
                            .len = is_page ? server->policy_site_len : server->policy_api_len });
        put_caching(&head, exchange);
    }
    for (size_t i = 0; i < reply->header_count; i++) {
        put_line(&head, reply->headers[i].name, reply->headers[i].value);
    }
    put(&head, S("\r\n"));
    return (size_t)(head.at - exchange->out);
}

void reply_send(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    const struct endpoint *endpoint = exchange->request.endpoint;
    if (reply->status == 0) {
        reply->status = endpoint != NULL && endpoint->status != 0 ? endpoint->status : 200;
    }
    check_not_modified(exchange);
    bool has_body = reply->status >= 200 && reply->status != 204 && reply->status != 304 &&
                    !exchange->is_head_request;
    exchange->must_close |= exchange->home->is_draining;
    exchange->rest[0] = (struct iovec){ .iov_base = exchange->out, .iov_len = make_head(exchange) };
    struct slice body = has_body && reply->body.len > 0 ? reply->body : S("");
    exchange->rest[1] =
        (struct iovec){ .iov_base = (char *)(uintptr_t)body.ptr, .iov_len = body.len };
    exchange->status = reply->status;
    exchange->status_bytes = exchange->rest[1].iov_len;
    connection_send(exchange->connection);
}
