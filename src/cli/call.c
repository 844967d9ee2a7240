#include "cli/call.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "ops/config.h"

enum {
    BODY_BYTES_MAX = 64 * 1024 * 1024,
    CALL_MS = 15000,
    CONNECT_MS = 5000,
    PATH_MAX_BYTES = 2048
};

/* ---- where ---- */

static struct slice url_of_instance(struct cli *cli)
{
    char line[512] = { 0 };
    FILE *file = fopen(arena_format(cli->arena, "%s/run/server.url", cli->data).ptr, "re");
    bool is_read = file != NULL && fgets(line, sizeof(line), file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    return is_read ? arena_copy(cli->arena, slice_trim(slice_from(line))) : S("");
}

static enum error find_base(struct cli *cli, struct slice *ret_url)
{
    struct slice url = cli_value(cli, "url");
    struct config settings;
    if (url.len == 0) {
        url = slice_from(getenv("ASTRALFIELD_URL"));
    }
    if (url.len == 0) {
        url = url_of_instance(cli);
    }
    if (url.len == 0) {
        TRY(config_read(cli->data, &cli->faults, &settings));
        url = arena_format(cli->arena, "http://localhost:%" PRId64, settings.port);
    }
    while (slice_ends(url, S("/"))) {
        url.len--;
    }
    if (!slice_starts(url, S("http://")) && !slice_starts(url, S("https://"))) {
        return refuse(&cli->faults, E_USAGE, "\"%.*s\" does not begin with http:// or https://",
                      FMT(url));
    }
    *ret_url = url;
    return OK;
}

static bool prepare(CURL *curl)
{
    const char *certificates = getenv("CURL_CA_BUNDLE");
    bool is_set = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_COOKIEFILE, "") == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS) == CURLE_OK &&
                  curl_easy_setopt(curl, CURLOPT_USERAGENT, "astralfield-cli") == CURLE_OK;
    if (is_set && certificates != NULL && certificates[0] != '\0') {
        is_set = curl_easy_setopt(curl, CURLOPT_CAINFO, certificates) == CURLE_OK;
    }
    return is_set;
}

enum error call_open(struct cli *cli, struct call *ret_call)
{
    struct slice url = { 0 };
    TRY(find_base(cli, &url));
    CURL *curl = curl_easy_init();
    if (curl == NULL || !prepare(curl)) {
        curl_easy_cleanup(curl);
        return refuse(&cli->faults, E_INTERNAL, "libcurl cannot be set up");
    }
    *ret_call = (struct call){
        .cli = cli, .base = arena_cstr(cli->arena, url), .curl = curl, .timeout_ms = CALL_MS
    };
    return OK;
}

void call_done(struct call *call)
{
    if (call->curl != NULL) {
        curl_easy_cleanup(call->curl);
        call->curl = NULL;
    }
}

/* ---- one request ---- */

static size_t take_bytes(char *bytes, size_t size, size_t count, void *thing)
{
    struct buffer *body = thing;
    if (body->len + size * count > BODY_BYTES_MAX) {
        return 0;
    }
    buffer_add(body, (struct slice){ .ptr = bytes, .len = size * count });
    return size * count;
}

static struct curl_slist *headers_of(const struct call *call, bool has_body)
{
    struct arena *arena = call->cli->arena;
    const char *token = getenv("ASTRALFIELD_TOKEN");
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json, */*");
    if (has_body) {
        list = curl_slist_append(list, "Content-Type: application/json");
    }
    if (call->key.len > 0) {
        list = curl_slist_append(list,
                                 arena_format(arena, "Idempotency-Key: %.*s", FMT(call->key)).ptr);
    }
    if (call->csrf.len > 0) {
        list =
            curl_slist_append(list, arena_format(arena, "X-CSRF-Token: %.*s", FMT(call->csrf)).ptr);
    } else if (token != NULL && token[0] != '\0') {
        list = curl_slist_append(list, arena_format(arena, "Authorization: Bearer %s", token).ptr);
    }
    return list;
}

static bool set_request(CURL *curl, const char *method, const char *url, struct slice body)
{
    bool has_body = body.len > 0 || method[0] != 'G';
    return curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_POST, has_body ? 1L : 0L) == CURLE_OK &&
           (has_body || curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L) == CURLE_OK) &&
           curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method) == CURLE_OK &&
           (!has_body ||
            (curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body.len) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body.len > 0 ? body.ptr : "") ==
                 CURLE_OK));
}

static enum error perform(struct call *call, const char *url)
{
    char why[CURL_ERROR_SIZE] = { 0 };
    CURL *curl = call->curl;
    if (curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms) != CURLE_OK) {
        return E_INTERNAL;
    }
    CURLcode code = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
    if (code == CURLE_OK) {
        return OK;
    }
    return refuse(&call->cli->faults, code == CURLE_OPERATION_TIMEDOUT ? E_TIMEOUT : E_UNAVAILABLE,
                  "%s does not answer: %s", url, why[0] != '\0' ? why : curl_easy_strerror(code));
}

enum error call_send(struct call *call, const char *method, const char *path, struct slice body,
                     struct call_reply *ret_reply)
{
    struct arena *arena = call->cli->arena;
    const char *url = arena_format(arena, "%s%s", call->base, path).ptr;
    struct buffer got;
    CURL *curl = call->curl;
    buffer_init(&got, arena);
    if (!set_request(curl, method, url, body) ||
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &got) != CURLE_OK) {
        return refuse(&call->cli->faults, E_USAGE, "%s cannot be asked", url);
    }
    struct curl_slist *headers = headers_of(call, body.len > 0);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    struct mono began = mono_now();
    enum error error = perform(call, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, NULL);
    curl_slist_free_all(headers);
    TRY(error);
    long status = 0;
    char *media = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &media);
    struct slice type = arena_copy(arena, slice_from(media));
    buffer_byte(&got, '\0');
    *ret_reply = (struct call_reply){ .status = (int)status,
                                      .body = { .ptr = got.ptr, .len = got.len - 1 },
                                      .media = slice_trim(slice_cut(&type, ';')),
                                      .us = mono_now().us - began.us };
    return OK;
}

static void release_json(void *json)
{
    json_decref(json);
}

enum error call_json(struct call *call, const struct call_reply *reply, json_t **ret_json)
{
    json_error_t why;
    json_t *json = json_loadb(reply->body.ptr, reply->body.len, JSON_DECODE_ANY, &why);
    if (json == NULL) {
        return refuse(&call->cli->faults, E_INVALID, "the answer is no JSON: %s", why.text);
    }
    arena_defer(call->cli->arena, release_json, json);
    *ret_json = json;
    return OK;
}

enum error call_expect(struct call *call, const char *method, const char *path, struct slice body,
                       struct call_reply *ret_reply, json_t **ret_json)
{
    struct faults *faults = &call->cli->faults;
    TRY(call_send(call, method, path, body, ret_reply));
    enum error error = call_json(call, ret_reply, ret_json);
    if (ret_reply->status >= 200 && ret_reply->status < 300) {
        return error;
    }
    struct slice title = S("");
    if (error == OK) {
        title = json_at(faults->arena, *ret_json, "detail");
        title = title.len > 0 ? title : json_at(faults->arena, *ret_json, "title");
    }
    const char *hint = ret_reply->status == 401 ? "; operators’ addresses need a direct connection "
                                                  "from OPS_ALLOW or an API token in "
                                                  "ASTRALFIELD_TOKEN"
                                                : "";
    return refuse(faults, ret_reply->status >= 500 ? E_UNAVAILABLE : E_INVALID,
                  "%s %s is answered with %d: %.*s%s", method, path, ret_reply->status, FMT(title),
                  hint);
}

/* ---- WebSocket ---- */

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 16 random bytes in base64, as RFC 6455 asks: 22 digits, of which the last holds two bits. */
static void make_key(char key[25])
{
    unsigned char bytes[22];
    random_bytes(bytes, sizeof(bytes));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        key[i] = base64[bytes[i] % (i == sizeof(bytes) - 1 ? 4 : 64) * (i == 21 ? 16 : 1)];
    }
    key[22] = key[23] = '=';
    key[24] = '\0';
}

/* The status line has come (or too much has). */
static bool has_line(const struct buffer *got)
{
    struct slice text = buffer_slice(got);
    return slice_find(text, '\n', 0) < text.len;
}

static enum error shake_hands(struct call *call, CURL *curl, struct buffer *got)
{
    struct faults *faults = &call->cli->faults;
    struct slice rest = slice_from(call->base);
    char key[25];
    make_key(key);
    slice_cut(&rest, '/');
    slice_cut(&rest, '/');
    struct slice ask = arena_format(
        faults->arena,
        "GET /api/socket HTTP/1.1\r\nHost: %.*s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Origin: %s\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
        FMT(rest), call->base, key);
    size_t sent = 0;
    if (curl_easy_send(curl, ask.ptr, ask.len, &sent) != CURLE_OK || sent != ask.len) {
        return refuse(faults, E_UNAVAILABLE, "the connection was lost");
    }
    int64_t deadline = mono_now().us + call->timeout_ms * US_PER_MS;
    curl_socket_t fd = CURL_SOCKET_BAD;
    curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd);
    while (!has_line(got)) {
        char bytes[1024];
        size_t len = 0;
        CURLcode code = curl_easy_recv(curl, bytes, sizeof(bytes), &len);
        if (code == CURLE_AGAIN && mono_now().us < deadline) {
            struct curl_waitfd wait = { .fd = fd, .events = CURL_WAIT_POLLIN };
            CURLM *multi = curl_multi_init();
            curl_multi_poll(multi, &wait, 1, 100, NULL);
            curl_multi_cleanup(multi);
        } else if (code != CURLE_OK || len == 0) {
            return refuse(faults, code == CURLE_AGAIN ? E_TIMEOUT : E_UNAVAILABLE,
                          "the socket is not opened: no answer");
        } else {
            buffer_add(got, (struct slice){ .ptr = bytes, .len = len });
        }
    }
    return OK;
}

enum error call_socket(struct call *call, int64_t *ret_us)
{
    struct faults *faults = &call->cli->faults;
    struct buffer got;
    buffer_init(&got, faults->arena);
    CURL *curl = curl_easy_init();
    struct mono began = mono_now();
    if (curl == NULL || !prepare(curl) ||
        curl_easy_setopt(curl, CURLOPT_URL, call->base) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) != CURLE_OK ||
        curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L) != CURLE_OK ||
        curl_easy_perform(curl) != CURLE_OK) {
        curl_easy_cleanup(curl);
        return refuse(faults, E_UNAVAILABLE, "%s cannot be connected to", call->base);
    }
    enum error error = shake_hands(call, curl, &got);
    curl_easy_cleanup(curl);
    TRY(error);
    struct slice rest = buffer_slice(&got);
    struct slice line = slice_trim(slice_cut(&rest, '\n'));
    if (!slice_starts(line, S("HTTP/1.1 101"))) {
        return refuse(faults, E_UNAVAILABLE, "the socket is not opened: %.*s", FMT(line));
    }
    *ret_us = mono_now().us - began.us;
    return OK;
}

/* ---- reading ---- */

const json_t *json_find(const json_t *json, const char *path)
{
    struct slice rest = slice_from(path);
    while (json != NULL && rest.ptr != NULL) {
        struct slice key = slice_cut(&rest, '.');
        json = json_object_getn(json, key.ptr, key.len);
    }
    return json;
}

struct slice json_at(struct arena *arena, const json_t *json, const char *path)
{
    const json_t *found = json_find(json, path);
    if (json_is_string(found)) {
        return arena_copy(arena, slice_from(json_string_value(found)));
    }
    if (json_is_integer(found)) {
        return arena_format(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(found));
    }
    if (json_is_real(found)) {
        return arena_format(arena, "%.10g", json_real_value(found));
    }
    if (json_is_boolean(found)) {
        return json_is_true(found) ? S("true") : S("false");
    }
    return S("");
}
