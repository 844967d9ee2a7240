#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/check.h"
#include "out/guard.h"
#include "out/internal.h"

enum { SLOW_BYTES_PER_S = 1024 };

/* ---- the guard, as libcurl asks it ---- */

static bool net_of(const struct sockaddr *address, size_t len, struct net *ret_net)
{
    struct net net = { .bits = 128 };
    if (address->sa_family == AF_INET && len >= sizeof(struct sockaddr_in)) {
        net.bytes[10] = 0xff;
        net.bytes[11] = 0xff;
        memcpy(net.bytes + 12, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
    } else if (address->sa_family == AF_INET6 && len >= sizeof(struct sockaddr_in6)) {
        memcpy(net.bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
    } else {
        return false;
    }
    *ret_net = net;
    return true;
}

/* The socket for this very address, or none. libcurl connects to `address` itself, nothing is looked
 * up in between. */
static curl_socket_t open_socket(void *thing, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct call *call = thing;
    struct net net = { 0 };
    bool is_known = net_of(&address->addr, address->addrlen, &net);
    if (purpose != CURLSOCKTYPE_IPCXN || !is_known || !out_may_reach(&net)) {
        call->is_refused = true;
        call->refused = net;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- setting up ---- */

static bool is_printable(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~') {
            return false;
        }
    }
    return true;
}

static void url_done(CURLU **url)
{
    curl_url_cleanup(*url);
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return has;
}

static bool is_scheme(CURLU *url, struct slice schemes)
{
    char *scheme = NULL;
    bool is_one = false;
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
        while (schemes.ptr != NULL && !is_one) {
            is_one = slice_eq(slice_cut(&schemes, ','), slice_from(scheme));
        }
    }
    curl_free(scheme);
    return is_one;
}

static enum error check_url(struct slice text, const char *copy, const char *schemes,
                            struct slice *ret_why)
{
    CLEANUP(url_done) CURLU *url = curl_url();
    if (text.len == 0 || text.len > OUT_URL_MAX || !is_printable(text)) {
        *ret_why = S("the address must be 1 to 2048 printable ASCII characters");
        return E_INVALID;
    }
    if (url == NULL ||
        curl_url_set(url, CURLUPART_URL, copy, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        *ret_why = S("the address cannot be read");
        return E_INVALID;
    }
    if (!is_scheme(url, slice_from(schemes))) {
        *ret_why = S("addresses of that kind are not called");
        return E_OUT_REFUSED;
    }
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD)) {
        *ret_why = S("the address must not hold a user or password");
        return E_INVALID;
    }
    return OK;
}

static size_t take_bytes(char *bytes, size_t size, size_t count, void *thing)
{
    struct call *call = thing;
    size_t len = size * count;
    if (len > call->body_max - call->body.len) {
        call->is_too_large = true;
        return 0;
    }
    buffer_add(&call->body, (struct slice){ .ptr = bytes, .len = len });
    if (call->watch.step != NULL) {
        call->watch.step(call->watch.thing, (int64_t)call->body.len);
    }
    return len;
}

static bool set_up(struct call *call, const char *url, const struct call_limits *limits)
{
    const char *certificates = getenv("CURL_CA_BUNDLE");
    bool is_set = CALL_SET(call, CURLOPT_URL, url) &&
                  CALL_SET(call, CURLOPT_PROTOCOLS_STR, limits->schemes) &&
                  CALL_SET(call, CURLOPT_REDIR_PROTOCOLS_STR, limits->schemes) &&
                  CALL_SET(call, CURLOPT_FOLLOWLOCATION, 0L) && CALL_SET(call, CURLOPT_PROXY, "") &&
                  CALL_SET(call, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
                  CALL_SET(call, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
                  CALL_SET(call, CURLOPT_OPENSOCKETDATA, call) &&
                  CALL_SET(call, CURLOPT_NOSIGNAL, 1L) && CALL_SET(call, CURLOPT_QUICK_EXIT, 1L) &&
                  CALL_SET(call, CURLOPT_CONNECTTIMEOUT_MS, (long)limits->connect_ms) &&
                  CALL_SET(call, CURLOPT_TIMEOUT_MS, (long)limits->total_ms) &&
                  CALL_SET(call, CURLOPT_LOW_SPEED_LIMIT,
                           limits->stall_s > 0 ? (long)SLOW_BYTES_PER_S : 0L) &&
                  CALL_SET(call, CURLOPT_LOW_SPEED_TIME, (long)limits->stall_s) &&
                  CALL_SET(call, CURLOPT_USERAGENT, "astralfield") &&
                  CALL_SET(call, CURLOPT_ERRORBUFFER, call->why) &&
                  CALL_SET(call, CURLOPT_WRITEFUNCTION, take_bytes) &&
                  CALL_SET(call, CURLOPT_WRITEDATA, call);
    if (is_set && certificates != NULL && certificates[0] != '\0') {
        is_set = CALL_SET(call, CURLOPT_CAINFO, certificates);
    }
    return is_set;
}

enum error out_call_open(struct call *call, struct slice url, const struct call_limits *limits,
                         struct slice *ret_why)
{
    CHECK(call->arena != NULL);
    const char *copy = arena_cstr(call->arena, url);
    call->started = mono_now();
    call->body_max = limits->reply_bytes_max;
    buffer_init(&call->body, call->arena);
    TRY(check_url(url, copy, limits->schemes, ret_why));
    call->curl = curl_easy_init();
    if (call->curl == NULL || !set_up(call, copy, limits)) {
        *ret_why = S("libcurl cannot be set up");
        return E_INTERNAL;
    }
    return OK;
}

enum error call_line(struct call *call, const char *line)
{
    struct curl_slist *lines = curl_slist_append(call->lines, line);
    if (lines == NULL) {
        return E_INTERNAL;
    }
    call->lines = lines;
    return OK;
}

/* ---- carrying out ---- */

static enum error failed(struct call *call, CURLcode code, struct out_reply *reply)
{
    if (call->is_too_large) {
        reply->why =
            arena_format(call->arena, "the reply is larger than %zu bytes", call->body_max);
        return E_TOO_LARGE;
    }
    if (call->is_refused) {
        reply->why =
            arena_format(call->arena, "%.*s is not a public address (OUTGOING_ALLOW can allow it)",
                         FMT(net_print(call->arena, &call->refused)));
        return E_OUT_REFUSED;
    }
    reply->why = arena_copy(
        call->arena, slice_from(call->why[0] != '\0' ? call->why : curl_easy_strerror(code)));
    if (code == CURLE_UNSUPPORTED_PROTOCOL) {
        return E_OUT_REFUSED;
    }
    return code == CURLE_OPERATION_TIMEDOUT ? E_TIMEOUT : E_OUT_FAILED;
}

enum error call_run(struct call *call, struct out_reply *reply)
{
    long status = 0;
    curl_off_t retry_after = 0;
    CURLcode code = curl_easy_perform(call->curl);
    reply->took_us = mono_now().us - call->started.us;
    if (curl_easy_getinfo(call->curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK) {
        reply->status = (int)status;
    }
    if (code != CURLE_OK) {
        return failed(call, code, reply);
    }
    if (curl_easy_getinfo(call->curl, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK) {
        reply->retry_after_s = retry_after;
    }
    reply->body = buffer_slice(&call->body);
    return OK;
}

void out_call_done(struct call *call)
{
    curl_easy_cleanup(call->curl);
    curl_slist_free_all(call->lines);
}
