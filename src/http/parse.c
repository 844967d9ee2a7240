/* Reading a request: llhttp does the framing and refuses most of what is wrong; the head is then read
 * line by line here, because llhttp lets through what two parsers in a row could understand
 * differently (folded lines, "chunked" hidden in a list, two hosts, odd targets). */
#include "http/connection.h"

#include "base/check.h"

static int on_headers_complete(llhttp_t *parser)
{
    (void)parser;
    return HPE_PAUSED;
}

static int on_message_complete(llhttp_t *parser)
{
    (void)parser;
    return HPE_PAUSED;
}

static int on_body(llhttp_t *parser, const char *at, size_t len)
{
    struct exchange *exchange = parser->data;
    if (len > exchange->body_max - exchange->body.len) {
        return HPE_USER;
    }
    buffer_add(&exchange->body, (struct slice){ .ptr = at, .len = len });
    return 0;
}

static const llhttp_settings_t callbacks = {
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void parse_begin(struct exchange *exchange)
{
    llhttp_init(&exchange->parser, HTTP_REQUEST, &callbacks);
    exchange->parser.data = exchange;
    exchange->has_head = false;
    exchange->start = exchange->parsed;
    exchange->body_raw = 0;
    exchange->body_max = exchange->home->server->limits.body_bytes;
}

static enum parsed refused(enum error error, enum error *ret_error)
{
    *ret_error = error;
    return PARSE_REFUSED;
}

/* A head that does not end: the target's fault when not even the request line has ended. */
static enum parsed check_size(const struct exchange *exchange, enum error *ret_error)
{
    size_t end = exchange->has_head ? exchange->head_end : exchange->filled;
    struct slice head =
        slice_from_to((struct slice){ .ptr = exchange->in, .len = end }, exchange->start, end);
    if (head.len <= HEAD_BYTES_MAX) {
        return PARSE_MORE;
    }
    return refused(slice_find(head, '\r', LEADING_BYTES_MAX) > TARGET_BYTES_MAX ? E_URI_TOO_LONG
                                                                                : E_HEAD_TOO_LARGE,
                   ret_error);
}

/* Bytes of a body that all went through the parser make room for the next. */
static enum parsed more_body(struct exchange *exchange, size_t fed, enum error *ret_error)
{
    exchange->body_raw += fed;
    if (exchange->body_raw > exchange->body_max * CHUNK_OVERHEAD_FACTOR + BUFFER_BYTES) {
        return refused(E_TOO_LARGE, ret_error);
    }
    exchange->parsed = exchange->filled = exchange->head_end;
    return PARSE_MORE;
}

enum parsed parse_some(struct exchange *exchange, enum error *ret_error)
{
    llhttp_t *parser = &exchange->parser;
    size_t fed = exchange->filled - exchange->parsed;
    enum llhttp_errno said = llhttp_execute(parser, exchange->in + exchange->parsed, fed);
    if (said == HPE_OK) {
        if (exchange->has_head) {
            return more_body(exchange, fed, ret_error);
        }
        exchange->parsed = exchange->filled;
        return check_size(exchange, ret_error);
    }
    if (said == HPE_PAUSED) {
        exchange->parsed = (size_t)(llhttp_get_error_pos(parser) - exchange->in);
        llhttp_resume(parser);
        if (exchange->has_head) {
            return PARSE_COMPLETE;
        }
        exchange->has_head = true;
        exchange->head_end = exchange->parsed;
        return check_size(exchange, ret_error) == PARSE_REFUSED ? PARSE_REFUSED : PARSE_HEAD;
    }
    if (said == HPE_USER) {
        return refused(E_TOO_LARGE, ret_error);
    }
    bool is_version = said == HPE_INVALID_VERSION || said == HPE_PAUSED_H2_UPGRADE;
    return refused(is_version ? E_VERSION : E_BAD_REQUEST, ret_error);
}

/* ---- the head, line by line ---- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Origin-form (RFC 9112, 3.2.1) with whole escapes; no NUL may hide in one. */
static bool is_target_good(struct slice target)
{
    if (target.len == 0 || target.ptr[0] != '/') {
        return false;
    }
    for (size_t i = 0; i < target.len; i++) {
        char c = target.ptr[i];
        if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') {
            return false;
        }
        if (c != '%') {
            continue;
        }
        if (i + 2 >= target.len || !is_hex(target.ptr[i + 1]) || !is_hex(target.ptr[i + 2])) {
            return false;
        }
        if (target.ptr[i + 1] == '0' && target.ptr[i + 2] == '0') {
            return false;
        }
    }
    return true;
}

static bool is_host_good(struct slice host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_alnum && (c == '\0' || strchr(".-_:[]", c) == NULL)) {
            return false;
        }
    }
    return host.len > 0;
}

/* Cuts a line off *rest. E_BAD_REQUEST when it ends in a bare line feed: llhttp takes one after the first
 * line and at the end of the head, others in front of us may not. */
static enum error cut_line(struct slice *rest, struct slice *ret_line)
{
    size_t end = slice_find(*rest, '\n', 0);
    CHECK(end < rest->len); /* llhttp saw the end of the head */
    struct slice line = slice_from_to(*rest, 0, end);
    if (line.len == 0 || line.ptr[line.len - 1] != '\r') {
        return E_BAD_REQUEST;
    }
    *ret_line = slice_from_to(line, 0, line.len - 1);
    *rest = slice_from_to(*rest, end + 1, rest->len);
    return OK;
}

static enum error read_request_line(struct exchange *exchange, struct slice line)
{
    struct request *request = &exchange->request;
    struct slice rest = line;
    request->method = slice_cut(&rest, ' ');
    if (rest.ptr == NULL) {
        return E_BAD_REQUEST;
    }
    struct slice target = slice_cut(&rest, ' ');
    if (rest.ptr == NULL || slice_find(rest, ' ', 0) < rest.len) {
        return E_BAD_REQUEST; /* HTTP/0.9, or more than two spaces */
    }
    if (!slice_eq(rest, S("HTTP/1.1")) && !slice_eq(rest, S("HTTP/1.0"))) {
        return E_VERSION;
    }
    if (target.len > TARGET_BYTES_MAX) {
        return E_URI_TOO_LONG;
    }
    if (!is_target_good(target)) {
        return E_BAD_REQUEST;
    }
    size_t mark = slice_find(target, '?', 0);
    request->path = slice_from_to(target, 0, mark);
    request->query = mark < target.len ? slice_from_to(target, mark + 1, target.len) : S("");
    return OK;
}

static enum error read_header_line(struct exchange *exchange, struct slice line)
{
    size_t colon = slice_find(line, ':', 0);
    if (colon == 0 || colon == line.len || line.ptr[0] == ' ' || line.ptr[0] == '\t') {
        return E_BAD_REQUEST; /* the last two: a folded line */
    }
    if (line.ptr[colon - 1] == ' ' || line.ptr[colon - 1] == '\t') {
        return E_BAD_REQUEST;
    }
    if (exchange->header_count == HEADERS_MAX) {
        return E_HEAD_TOO_LARGE;
    }
    exchange->headers[exchange->header_count++] = (struct reply_header){
        .name = slice_from_to(line, 0, colon),
        .value = slice_trim(slice_from_to(line, colon + 1, line.len)),
    };
    return OK;
}

static enum error check_headers(struct exchange *exchange)
{
    bool is_old = exchange->parser.http_minor == 0;
    size_t hosts = 0;
    size_t authorizations = 0;
    for (size_t i = 0; i < exchange->header_count; i++) {
        struct slice name = exchange->headers[i].name;
        struct slice value = exchange->headers[i].value;
        if (slice_eq_nocase(name, S("host"))) {
            hosts++;
            if (!is_host_good(value)) {
                return E_BAD_REQUEST;
            }
        } else if (slice_eq_nocase(name, S("transfer-encoding"))) {
            if (is_old || !slice_eq_nocase(value, S("chunked"))) {
                return E_BAD_REQUEST;
            }
        } else if (slice_eq_nocase(name, S("authorization"))) {
            authorizations++;
        } else if (slice_eq_nocase(name, S("expect"))) {
            exchange->wants_continue = !is_old && slice_eq_nocase(value, S("100-continue"));
        }
    }
    bool has_host = hosts == 1 || (hosts == 0 && is_old);
    return has_host && authorizations <= 1 ? OK : E_BAD_REQUEST;
}

enum error head_read(struct exchange *exchange)
{
    struct slice rest =
        slice_from_to((struct slice){ .ptr = exchange->in }, exchange->start, exchange->head_end);
    for (int i = 0; i < LEADING_BYTES_MAX / 2 && slice_starts(rest, S("\r\n")); i++) {
        rest = slice_from_to(rest, 2, rest.len);
    }
    struct slice line = S("");
    TRY(cut_line(&rest, &line));
    TRY(read_request_line(exchange, line));
    exchange->header_count = 0;
    for (;;) {
        TRY(cut_line(&rest, &line));
        if (line.len == 0) {
            break;
        }
        TRY(read_header_line(exchange, line));
    }
    if (rest.len != 0) {
        return E_BAD_REQUEST; /* llhttp and we do not agree where the head ends */
    }
    return check_headers(exchange);
}
