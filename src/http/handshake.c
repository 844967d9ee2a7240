/* The WebSocket handshake (RFC 6455, 4.2). */
#include <openssl/evp.h>

#include "base/check.h"
#include "http/connection.h"

#define PROTOCOL "astralfield.1"

enum { KEY_TEXT_LEN = 24, SHA1_BYTES = 20 }; /* a key is 16 bytes in base64 */

/* True when a comma-separated header holds the token. */
static bool has_token(const struct request *request, struct slice name, struct slice token)
{
    struct slice list = request_header(request, name);
    while (list.ptr != NULL) {
        if (slice_eq_nocase(slice_trim(slice_cut(&list, ',')), token)) {
            return true;
        }
    }
    return false;
}

/* The usual probe by hand sends the key "test", which is no key; without an Origin no browser sent
 * it, so it does no harm to answer. */
static bool is_key_good(const struct request *request)
{
    struct slice key = request_header(request, S("sec-websocket-key"));
    if (slice_eq(key, S("test")) && request_header(request, S("origin")).ptr == NULL) {
        return true;
    }
    unsigned char plain[KEY_TEXT_LEN];
    return key.len == KEY_TEXT_LEN && slice_ends(key, S("==")) &&
           key.ptr[KEY_TEXT_LEN - 3] != '=' &&
           EVP_DecodeBlock(plain, (const unsigned char *)key.ptr, KEY_TEXT_LEN) == 18;
}

/* A page of another site must not open a socket with this site's cookie. */
static bool is_origin_good(const struct request *request)
{
    struct slice origin = request_header(request, S("origin"));
    if (origin.ptr == NULL) {
        return true;
    }
    bool is_tls = request_server(request)->settings.is_tls_in_front;
    struct slice scheme = is_tls ? S("https://") : S("http://");
    return slice_starts(origin, scheme) &&
           slice_eq_nocase(slice_from_to(origin, scheme.len, origin.len),
                           request_header(request, S("host")));
}

enum error websocket_check(struct request *request)
{
    struct faults *faults = &request->faults;
    bool is_asked = exchange_of(request)->parser.upgrade != 0 &&
                    exchange_of(request)->parser.http_minor == 1 &&
                    has_token(request, S("upgrade"), S("websocket"));
    if (!is_asked) {
        return E_UPGRADE;
    }
    if (!slice_eq(request_header(request, S("sec-websocket-version")), S("13"))) {
        reply_header(request, S("Sec-WebSocket-Version"), S("13"));
        return E_UPGRADE;
    }
    if (!is_key_good(request)) {
        return refuse(faults, E_BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in base64");
    }
    if (!is_origin_good(request)) {
        return refuse(faults, E_FORBIDDEN, "the Origin is not this host");
    }
    return OK;
}

void websocket_accept(struct request *request)
{
    struct slice key = request_header(request, S("sec-websocket-key"));
    struct slice text =
        arena_format(request->arena, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", FMT(key));
    unsigned char digest[EVP_MAX_MD_SIZE];
    int done = EVP_Digest(text.ptr, text.len, digest, NULL, EVP_sha1(), NULL);
    CHECK(done == 1);
    char *accept = arena_alloc(request->arena, 32);
    int len = EVP_EncodeBlock((unsigned char *)accept, digest, SHA1_BYTES);
    reply_status(request, 101);
    reply_header(request, S("Upgrade"), S("websocket"));
    reply_header(request, S("Connection"), S("Upgrade"));
    reply_header(request, S("Sec-WebSocket-Accept"),
                 (struct slice){ .ptr = accept, .len = (size_t)len });
    if (has_token(request, S("sec-websocket-protocol"), S(PROTOCOL))) {
        reply_header(request, S("Sec-WebSocket-Protocol"), S(PROTOCOL));
    }
}
