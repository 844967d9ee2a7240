#include "base/check.h"
#include "out/internal.h"

/* RFC 9110, 5.6.2. */
static bool is_token(struct slice name)
{
    static const struct slice others = S_INIT("!#$%&'*+-.^_`|~");
    for (size_t i = 0; i < name.len; i++) {
        char byte = name.ptr[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        bool is_digit = byte >= '0' && byte <= '9';
        if (!is_letter && !is_digit && slice_find(others, byte, 0) == others.len) {
            return false;
        }
    }
    return name.len > 0;
}

static bool has_control(struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        if (byte < 0x20 || byte == 0x7f) {
            return true;
        }
    }
    return false;
}

static enum error add_headers(struct call *call, const struct out_request *request,
                              struct slice *ret_why)
{
    CHECK(request->header_count <= OUT_HEADERS_MAX);
    for (size_t i = 0; i < request->header_count; i++) {
        struct out_header header = request->headers[i];
        if (!is_token(header.name) || has_control(header.value)) {
            *ret_why = S("a header line holds characters that it must not");
            return E_INVALID;
        }
        /* "Name;" is libcurl's way to say: this header, empty. */
        struct slice line =
            header.value.len > 0
                ? arena_format(call->arena, "%.*s: %.*s", FMT(header.name), FMT(header.value))
                : arena_format(call->arena, "%.*s;", FMT(header.name));
        TRY(call_line(call, line.ptr));
    }
    return call_line(call, "Expect:");
}

static bool set_method(struct call *call, const struct out_request *request, bool is_post)
{
    bool is_set = CALL_SET(call, CURLOPT_HTTPHEADER, call->lines);
    if (is_set && is_post) {
        is_set = CALL_SET(call, CURLOPT_POST, 1L) &&
                 CALL_SET(call, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len) &&
                 CALL_SET(call, CURLOPT_POSTFIELDS, request->body.len > 0 ? request->body.ptr : "");
    } else if (is_set && request->redirects_max > 0) {
        is_set = CALL_SET(call, CURLOPT_FOLLOWLOCATION, 1L) &&
                 CALL_SET(call, CURLOPT_MAXREDIRS, (long)request->redirects_max);
    }
    return is_set;
}

static int or_else(int value, int fallback)
{
    return value > 0 ? value : fallback;
}

static enum error call_out(const struct out_request *request, bool is_post, struct out_reply *reply)
{
    *reply = (struct out_reply){ 0 };
    CLEANUP(out_call_done) struct call call = { .arena = request->arena, .watch = request->watch };
    struct call_limits limits = {
        .schemes = request->is_https_only ? "https" : "http,https",
        .connect_ms = or_else(request->connect_ms, OUT_CONNECT_MS),
        .total_ms = or_else(request->total_ms, OUT_TOTAL_MS),
        .stall_s = request->stall_s,
        .reply_bytes_max =
            request->reply_bytes_max > 0 ? request->reply_bytes_max : OUT_REPLY_BYTES_MAX,
    };
    TRY(out_call_open(&call, request->url, &limits, &reply->why));
    TRY(add_headers(&call, request, &reply->why));
    if (!set_method(&call, request, is_post)) {
        reply->why = S("libcurl cannot be set up");
        return E_INTERNAL;
    }
    return call_run(&call, reply);
}

enum error out_get(const struct out_request *request, struct out_reply *ret_reply)
{
    CHECK(request->redirects_max <= OUT_REDIRECTS_MAX);
    return call_out(request, false, ret_reply);
}

enum error out_post(const struct out_request *request, struct out_reply *ret_reply)
{
    CHECK(request->redirects_max == 0);
    return call_out(request, true, ret_reply);
}
