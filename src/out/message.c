/* A mail's text: RFC 5322 with a quoted-printable body (RFC 2045) and, where it must be, an encoded
 * subject (RFC 2047). */
#include <time.h>

#include "base/check.h"
#include "base/random.h"
#include "out/out.h"

enum {
    ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3 */
    SUBJECT_MAX = 500,
    TEXT_MAX = 256 * 1024,
    PLAIN_SUBJECT_MAX = 60,
    WORD_BYTES = 39, /* of an encoded word: 52 letters and 12 around them are under 75 */
    LINE_MAX_QP = 75,
};

/* ---- what may be in it ---- */

/* addr-spec without quotes and comments: nothing that means something in a header or in SMTP. */
static bool is_address(struct slice text)
{
    static const struct slice refused = S_INIT("\"(),:;<>[\\]@");
    size_t at = slice_find(text, '@', 0);
    if (text.len > ADDRESS_MAX || at == 0 || at + 1 >= text.len) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        bool is_at = i == at;
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~' ||
            (!is_at && slice_find(refused, text.ptr[i], 0) < refused.len)) {
            return false;
        }
    }
    return true;
}

static bool is_one_line(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte < 0x20 || byte == 0x7f) {
            return false;
        }
    }
    return slice_is_utf8(text);
}

static enum error check_mail(const struct out_mail *mail, struct slice *ret_why)
{
    CHECK(mail->arena != NULL);
    bool is_good =
        is_address(mail->from) && mail->to_count > 0 && mail->to_count <= OUT_RECIPIENTS_MAX;
    for (size_t i = 0; i < mail->to_count && is_good; i++) {
        is_good = is_address(mail->to[i]);
    }
    if (!is_good) {
        *ret_why = S("a mail address is not one");
        return E_INVALID;
    }
    if (mail->subject.len > SUBJECT_MAX || !is_one_line(mail->subject)) {
        *ret_why = S("the subject must be one line of at most 500 bytes");
        return E_INVALID;
    }
    if (mail->text.len > TEXT_MAX || !slice_is_utf8(mail->text)) {
        *ret_why = S("the text must be UTF-8 of at most 256 kB");
        return E_INVALID;
    }
    return OK;
}

/* ---- the subject ---- */

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] > '~') {
            return false;
        }
    }
    return text.len <= PLAIN_SUBJECT_MAX && slice_find(text, '=', 0) == text.len;
}

static void add_base64(struct buffer *out, struct slice text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < text.len; i += 3) {
        unsigned bits = 0;
        for (size_t k = 0; k < 3; k++) {
            bits = bits << 8 | (i + k < text.len ? (unsigned char)text.ptr[i + k] : 0u);
        }
        buffer_byte(out, letters[bits >> 18 & 63]);
        buffer_byte(out, letters[bits >> 12 & 63]);
        buffer_byte(out, i + 1 < text.len ? letters[bits >> 6 & 63] : '=');
        buffer_byte(out, i + 2 < text.len ? letters[bits & 63] : '=');
    }
}

static bool is_inside_letter(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static void add_subject(struct buffer *out, struct slice text)
{
    buffer_add(out, S("Subject: "));
    if (is_plain(text)) {
        buffer_add(out, text);
    }
    for (size_t at = 0; at < text.len && !is_plain(text);) {
        size_t end = text.len - at > WORD_BYTES ? at + WORD_BYTES : text.len;
        while (end < text.len && end > at && is_inside_letter(text.ptr[end])) {
            end--;
        }
        buffer_add(out, at == 0 ? S("=?UTF-8?B?") : S("\r\n =?UTF-8?B?"));
        add_base64(out, slice_from_to(text, at, end));
        buffer_add(out, S("?="));
        at = end;
    }
    buffer_add(out, S("\r\n"));
}

/* ---- the body ---- */

static void add_quoted(struct buffer *out, struct slice line)
{
    size_t width = 0;
    for (size_t i = 0; i < line.len; i++) {
        unsigned char byte = (unsigned char)line.ptr[i];
        bool is_last = i + 1 == line.len;
        bool is_blank = byte == ' ' || byte == '\t';
        bool is_as_is = byte >= ' ' && byte <= '~' && byte != '=';
        bool is_quoted = !(is_as_is || is_blank) || (is_blank && is_last);
        size_t wide = is_quoted ? 3 : 1;
        if (width + wide > LINE_MAX_QP) {
            buffer_add(out, S("=\r\n"));
            width = 0;
        }
        if (is_quoted) {
            buffer_format(out, "=%02X", byte);
        } else {
            buffer_byte(out, (char)byte);
        }
        width += wide;
    }
    buffer_add(out, S("\r\n"));
}

static void add_body(struct buffer *out, struct slice text)
{
    while (text.ptr != NULL && text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        if (slice_ends(line, S("\r"))) {
            line.len--;
        }
        add_quoted(out, line);
    }
}

/* ---- all together ---- */

static void add_date(struct buffer *out, utime now)
{
    static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t seconds = now / US_PER_S;
    struct tm tm;
    CHECK(gmtime_r(&seconds, &tm) != NULL);
    buffer_format(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[tm.tm_wday],
                  tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
                  tm.tm_sec);
}

static void add_id(struct buffer *out, struct slice from)
{
    unsigned char bytes[16];
    random_bytes(bytes, sizeof(bytes));
    buffer_add(out, S("Message-ID: <"));
    for (size_t i = 0; i < sizeof(bytes); i++) {
        buffer_format(out, "%02x", bytes[i]);
    }
    buffer_format(out, "%.*s>\r\n", FMT(slice_from_to(from, slice_find(from, '@', 0), from.len)));
}

enum error out_message(const struct out_mail *mail, struct slice *ret_text, struct slice *ret_why)
{
    TRY(check_mail(mail, ret_why));
    struct buffer out;
    buffer_init(&out, mail->arena);
    buffer_format(&out, "From: AstralField <%.*s>\r\nTo: ", FMT(mail->from));
    for (size_t i = 0; i < mail->to_count; i++) {
        buffer_format(&out, "%s<%.*s>", i > 0 ? ",\r\n " : "", FMT(mail->to[i]));
    }
    buffer_add(&out, S("\r\n"));
    add_subject(&out, mail->subject);
    add_date(&out, mail->now);
    add_id(&out, mail->from);
    buffer_add(&out, S("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                       "Content-Type: text/plain; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: quoted-printable\r\n\r\n"));
    add_body(&out, mail->text);
    *ret_text = buffer_slice(&out);
    return OK;
}
