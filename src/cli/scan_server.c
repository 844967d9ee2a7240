/* The phase of `astralfield scan` that asks the running server as somebody it does not know: as if
 * through a proxy, so that the machine's own right to ask is not used. */
#include <curl/curl.h>

#include "api/app.h"
#include "base/check.h"
#include "cli/call.h"
#include "cli/scan.h"

enum { HEAD_BYTES_MAX = 32 * 1024, ASK_MS = 5000 };

struct answer {
    struct buffer head, body;
    long status;
};

static size_t take(char *bytes, size_t size, size_t count, void *thing)
{
    struct buffer *into = thing;
    size_t len = size * count;
    if (into->len + len <= HEAD_BYTES_MAX) {
        buffer_add(into, (struct slice){ .ptr = bytes, .len = len });
    }
    return len;
}

/* One request from a stranger. False: no answer. */
static bool ask(const struct call *call, const char *method, const char *path, struct answer *ret)
{
    struct arena *arena = call->cli->arena;
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "X-Forwarded-For: 203.0.113.9");
    headers = curl_slist_append(headers, "Content-Type: application/json");
    *ret = (struct answer){ 0 };
    buffer_init(&ret->head, arena);
    buffer_init(&ret->body, arena);
    if (curl == NULL || headers == NULL) {
        return false;
    }
    bool is_write = !slice_eq(slice_from(method), S("GET"));
    curl_easy_setopt(curl, CURLOPT_URL, arena_format(arena, "%s%s", call->base, path).ptr);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ASK_MS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &ret->head);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &ret->body);
    if (is_write) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "{}");
    }
    CURLcode done = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &ret->status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return done == CURLE_OK;
}

/* The value of a header, without its blanks; ptr NULL when it is not there. */
static struct slice header_of(const struct answer *answer, struct slice name)
{
    struct slice rest = { answer->head.ptr, answer->head.len };
    while (rest.ptr != NULL && rest.len > 0) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice value = line;
        struct slice key = slice_cut(&value, ':');
        if (value.ptr != NULL && slice_eq_nocase(key, name)) {
            return slice_trim(value);
        }
    }
    return (struct slice){ 0 };
}

static bool holds(struct slice text, struct slice word)
{
    for (size_t at = 0; at + word.len <= text.len; at++) {
        if (slice_eq(slice_from_to(text, at, at + word.len), word)) {
            return true;
        }
    }
    return false;
}

static void check_headers(struct checks *checks, const struct call *call)
{
    static const struct {
        struct slice name, wanted;
    } set[] = {
        { S_INIT("content-security-policy"), S_INIT("default-src 'none'") },
        { S_INIT("content-security-policy"), S_INIT("frame-ancestors 'none'") },
        { S_INIT("x-content-type-options"), S_INIT("nosniff") },
        { S_INIT("referrer-policy"), S_INIT("same-origin") },
        { S_INIT("cross-origin-opener-policy"), S_INIT("same-origin") },
        { S_INIT("cross-origin-resource-policy"), S_INIT("same-origin") },
        { S_INIT("permissions-policy"), S_INIT("camera=()") },
        { S_INIT("x-frame-options"), S_INIT("DENY") },
    };
    static const char *const paths[] = { "/", "/sign-in", "/api/auth/session" };
    struct answer answer;
    size_t missing = 0;
    for (size_t p = 0; p < ARRAY_LEN(paths); p++) {
        if (!ask(call, "GET", paths[p], &answer)) {
            check_add(checks, "headers", CHECK_SKIPPED, "no answer from %s", call->base);
            return;
        }
        for (size_t i = 0; i < ARRAY_LEN(set); i++) {
            if (!holds(header_of(&answer, set[i].name), set[i].wanted)) {
                missing++;
                check_add(checks, "headers", CHECK_BAD, "%s: %.*s does not say %.*s", paths[p],
                          FMT(set[i].name), FMT(set[i].wanted));
            }
        }
    }
    if (missing == 0) {
        check_add(checks, "headers", CHECK_GOOD, "%zu on each of %zu pages", ARRAY_LEN(set),
                  ARRAY_LEN(paths));
    }
}

static void check_tls(struct checks *checks, const struct call *call)
{
    struct answer answer;
    if (!slice_starts(slice_from(call->base), S("https://"))) {
        check_add(checks, "TLS", CHECK_SKIPPED,
                  "asked over plain HTTP: give --url https://… to look at the proxy in front");
        return;
    }
    if (!ask(call, "GET", "/", &answer)) {
        check_add(checks, "TLS", CHECK_BAD, "the certificate does not hold, or nobody answers");
        return;
    }
    bool is_strict =
        holds(header_of(&answer, S("strict-transport-security")), S("max-age=63072000"));
    check_add(checks, "TLS", is_strict ? CHECK_GOOD : CHECK_BAD, "%s",
              is_strict ? "the certificate holds, and browsers are told to insist"
                        : "Strict-Transport-Security is missing");
    if (!is_strict) {
        check_hint(checks, "TRUST_PROXY=on, where a proxy ends TLS");
    }
}

static void check_hidden(struct checks *checks, const struct call *call)
{
    static const char *const paths[] = { "/.git/config",       "/.env",
                                         "/astralfield.conf",  "/../etc/passwd",
                                         "/server-status",     "/.svn/entries",
                                         "/%2e%2e/etc/passwd", "/var/",
                                         "/backup.sql" };
    struct answer answer;
    size_t shown = 0;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        bool is_page = ask(call, "GET", paths[i], &answer) && answer.status == 200 &&
                       !holds(header_of(&answer, S("content-type")), S("text/html"));
        if (is_page) {
            shown++;
            check_add(checks, "hidden files", CHECK_BAD, "%s is answered", paths[i]);
        }
    }
    if (shown == 0) {
        check_add(checks, "hidden files", CHECK_GOOD, "none of %zu is answered", ARRAY_LEN(paths));
    }
    bool is_echo = ask(call, "TRACE", "/", &answer) && answer.status < 400;
    check_add(checks, "TRACE", is_echo ? CHECK_BAD : CHECK_GOOD, "answered with %ld",
              answer.status);
}

/* Rows that are for accounts or operators, asked by nobody: 401 or 403, or 404 for what is not there. */
static void check_rows(struct checks *checks, const struct call *call, bool is_full)
{
    const struct endpoint_table *tables = NULL;
    size_t table_count = 0;
    size_t asked = 0;
    size_t open = 0;
    struct answer answer;
    app_tables(call->cli->arena, &tables, &table_count);
    for (size_t t = 0; t < table_count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            const struct endpoint *row = &tables[t].rows[r];
            bool is_operators = row->access == ACCESS_OPS || row->access == ACCESS_OPERATOR;
            bool has_parameter = slice_find(slice_from(row->path), '{', 0) < strlen(row->path);
            if (has_parameter || row->access == ACCESS_PUBLIC || (!is_full && !is_operators)) {
                continue;
            }
            asked++;
            if (!ask(call, method_name(row->method), row->path, &answer) || answer.status < 400) {
                open++;
                check_add(checks, "routes", CHECK_BAD, "%s %s answers %ld to a stranger",
                          method_name(row->method), row->path, answer.status);
            }
        }
    }
    if (open == 0) {
        check_add(checks, "routes", CHECK_GOOD, "%zu refuse a stranger", asked);
    }
}

void scan_server(struct checks *checks, bool is_full)
{
    CLEANUP(call_done) struct call call = { 0 };
    struct answer answer;
    if (call_open(checks->cli, &call) != OK) {
        check_refused(checks, "server");
        return;
    }
    if (!ask(&call, "GET", "/api/health", &answer)) {
        check_add(checks, "server", CHECK_SKIPPED, "nobody answers at %s", call.base);
        return;
    }
    check_headers(checks, &call);
    check_tls(checks, &call);
    check_hidden(checks, &call);
    check_rows(checks, &call, is_full);
}
