#include "base/slice.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool slice_eq_nocase(struct slice a, struct slice b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

size_t slice_find(struct slice text, char byte, size_t from)
{
    if (from >= text.len) {
        return text.len;
    }
    const char *hit = memchr(text.ptr + from, byte, text.len - from);
    return hit == NULL ? text.len : (size_t)(hit - text.ptr);
}

struct slice slice_cut(struct slice *rest, char byte)
{
    size_t at = slice_find(*rest, byte, 0);
    struct slice head = { .ptr = rest->ptr, .len = at };
    *rest = at < rest->len ? slice_from_to(*rest, at + 1, rest->len)
                           : (struct slice){ .ptr = NULL, .len = 0 };
    return head;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice slice_trim(struct slice text)
{
    while (text.len > 0 && is_space(text.ptr[0])) {
        text = slice_from_to(text, 1, text.len);
    }
    while (text.len > 0 && is_space(text.ptr[text.len - 1])) {
        text.len--;
    }
    return text;
}

enum error slice_to_int(struct slice text, int64_t *ret_value)
{
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    size_t i = is_negative ? 1 : 0;
    if (i == text.len) {
        return E_INVALID;
    }
    int64_t value = 0; /* counted downwards: the negative range is one larger */
    for (; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return E_INVALID;
        }
        int digit = text.ptr[i] - '0';
        if (value < (INT64_MIN + digit) / 10) {
            return E_INVALID;
        }
        value = value * 10 - digit;
    }
    if (!is_negative && value == INT64_MIN) {
        return E_INVALID;
    }
    *ret_value = is_negative ? value : -value;
    return OK;
}

enum error slice_to_millionths(struct slice text, int64_t *ret_value)
{
    bool is_negative = text.len > 0 && text.ptr[0] == '-';
    struct slice rest = is_negative ? slice_from_to(text, 1, text.len) : text;
    struct slice whole = slice_cut(&rest, '.');
    int64_t value = 0;
    if (whole.len == 0 || whole.ptr[0] == '-' || whole.len > 12) {
        return E_INVALID;
    }
    TRY(slice_to_int(whole, &value));
    value *= 1000000;
    if (rest.ptr != NULL) {
        if (rest.len == 0 || rest.len > 30) {
            return E_INVALID;
        }
        int64_t unit = 100000;
        for (size_t i = 0; i < rest.len; i++) {
            if (rest.ptr[i] < '0' || rest.ptr[i] > '9') {
                return E_INVALID;
            }
            if (i < 6) {
                value += (rest.ptr[i] - '0') * unit;
                unit /= 10;
            } else if (i == 6 && rest.ptr[i] >= '5') {
                value += 1;
            }
        }
    }
    *ret_value = is_negative ? -value : value;
    return OK;
}

/* Length of the well-formed sequence that starts at `i`, or 0. */
static size_t utf8_sequence(struct slice text, size_t i)
{
    const unsigned char *at = (const unsigned char *)text.ptr + i;
    size_t left = text.len - i;
    if (at[0] != 0 && at[0] < 0x80) {
        return 1;
    }
    if (at[0] >= 0xC2 && at[0] <= 0xDF) {
        return left >= 2 && (at[1] & 0xC0) == 0x80 ? 2 : 0;
    }
    if (at[0] >= 0xE0 && at[0] <= 0xEF) {
        unsigned low = at[0] == 0xE0 ? 0xA0 : 0x80;
        unsigned high = at[0] == 0xED ? 0x9F : 0xBF;
        return left >= 3 && at[1] >= low && at[1] <= high && (at[2] & 0xC0) == 0x80 ? 3 : 0;
    }
    if (at[0] >= 0xF0 && at[0] <= 0xF4) {
        unsigned low = at[0] == 0xF0 ? 0x90 : 0x80;
        unsigned high = at[0] == 0xF4 ? 0x8F : 0xBF;
        return left >= 4 && at[1] >= low && at[1] <= high && (at[2] & 0xC0) == 0x80 &&
                       (at[3] & 0xC0) == 0x80
                   ? 4
                   : 0;
    }
    return 0;
}

bool slice_is_utf8(struct slice text)
{
    for (size_t i = 0; i < text.len;) {
        size_t step = utf8_sequence(text, i);
        if (step == 0) {
            return false;
        }
        i += step;
    }
    return true;
}

size_t slice_code_points(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    }
    return count;
}
