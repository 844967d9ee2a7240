/* One-time codes by themselves: no database, no clock. */
#include "auth/totp.h"

#include <stdlib.h>

#include <liboath/oath.h>
#include <qrencode.h>
#include <sodium.h>

#include "base/check.h"

enum { URI_BYTES_MAX = 1500, QR_QUIET = 4 };

int64_t totp_step_of(const struct totp_secret *secret, struct slice code, utime now, int64_t after)
{
    int64_t here = now / US_PER_S / TOTP_STEP_S;
    int64_t found = 0;
    if (code.len != TOTP_DIGITS || now < 0) {
        return 0;
    }
    for (int64_t step = here - TOTP_STEPS_AROUND; step <= here + TOTP_STEPS_AROUND; step++) {
        char right[TOTP_DIGITS + 1] = { 0 };
        int status =
            oath_hotp_generate((const char *)secret->bytes, TOTP_SECRET_BYTES, (uint64_t)step,
                               TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, right);
        CHECK(status == OATH_OK);
        bool is_same = sodium_memcmp(right, code.ptr, TOTP_DIGITS) == 0;
        found = is_same && step > after && found == 0 ? step : found;
        sodium_memzero(right, sizeof(right));
    }
    return found;
}

struct slice totp_code_plain(struct arena *arena, struct slice code)
{
    char *plain = arena_alloc(arena, code.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.ptr[i];
        if (c != ' ' && c != '-') {
            plain[len++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
        }
    }
    return (struct slice){ .ptr = plain, .len = len };
}

static struct slice base32(struct arena *arena, const struct totp_secret *secret)
{
    char *text = NULL;
    size_t len = 0;
    int status = oath_base32_encode((const char *)secret->bytes, TOTP_SECRET_BYTES, &text, &len);
    CHECK(status == OATH_OK);
    while (len > 0 && text[len - 1] == '=') {
        len--;
    }
    struct slice copy = arena_copy(arena, (struct slice){ .ptr = text, .len = len });
    sodium_memzero(text, len);
    free(text);
    return copy;
}

/* RFC 3986, 2.3: what may stand as it is. */
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

struct slice totp_uri(struct arena *arena, const struct totp_secret *secret, struct slice account)
{
    struct buffer uri;
    buffer_init(&uri, arena);
    buffer_add(&uri, S("otpauth://totp/AstralField:"));
    for (size_t i = 0; i < account.len; i++) {
        if (is_unreserved(account.ptr[i])) {
            buffer_byte(&uri, account.ptr[i]);
        } else {
            buffer_format(&uri, "%%%02X", (unsigned)(unsigned char)account.ptr[i]);
        }
    }
    buffer_format(&uri, "?secret=%.*s&issuer=AstralField&algorithm=SHA1&digits=%d&period=%d",
                  FMT(base32(arena, secret)), TOTP_DIGITS, TOTP_STEP_S);
    return buffer_slice(&uri);
}

static void write_modules(struct buffer *svg, const QRcode *code)
{
    for (int y = 0; y < code->width; y++) {
        for (int x = 0; x < code->width; x++) {
            int from = x;
            while (x < code->width && (code->data[y * code->width + x] & 1) != 0) {
                x++;
            }
            if (x > from) {
                buffer_format(svg, "M%d %dh%dv1h-%dz", from + QR_QUIET, y + QR_QUIET, x - from,
                              x - from);
            }
        }
    }
}

enum error totp_qr(struct arena *arena, struct slice text, struct slice *ret_svg)
{
    if (text.len > URI_BYTES_MAX) {
        return E_TOO_LARGE;
    }
    QRcode *code =
        QRcode_encodeData((int)text.len, (const unsigned char *)text.ptr, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return E_OVERLOADED; /* it fits: only memory can have failed */
    }
    struct buffer svg;
    int side = code->width + 2 * QR_QUIET;
    buffer_init(&svg, arena);
    buffer_format(&svg,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                  "shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
                  "<path d=\"",
                  side, side, side, side);
    write_modules(&svg, code);
    buffer_add(&svg, S("\"/></svg>"));
    QRcode_free(code);
    *ret_svg = buffer_slice(&svg);
    return OK;
}
