/* Text as pointer and length. A slice borrows; whoever owns the bytes says so. */
#ifndef ASTRALFIELD_BASE_SLICE_H
#define ASTRALFIELD_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"

struct slice {
    const char *ptr;
    size_t len;
};

/* A slice of a string literal, and the pair of printf arguments for "%.*s". */
#define S(literal) ((struct slice){ .ptr = "" literal, .len = sizeof(literal) - 1 })
#define S_INIT(literal)                                                                            \
    {                                                                                              \
        .ptr = "" literal, .len = sizeof(literal) - 1                                              \
    }
#define FMT(slice) (int)(slice).len, (slice).ptr

/* At the edge of a library that hands out C strings (NULL gives the empty slice). */
static inline struct slice slice_from(const char *text)
{
    return text == NULL ? (struct slice){ .ptr = "", .len = 0 }
                        : (struct slice){ .ptr = text, .len = strlen(text) };
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_starts(struct slice text, struct slice prefix)
{
    return text.len >= prefix.len && memcmp(text.ptr, prefix.ptr, prefix.len) == 0;
}

static inline bool slice_ends(struct slice text, struct slice suffix)
{
    return text.len >= suffix.len &&
           memcmp(text.ptr + text.len - suffix.len, suffix.ptr, suffix.len) == 0;
}

static inline struct slice slice_from_to(struct slice text, size_t from, size_t to)
{
    return (struct slice){ .ptr = text.ptr + from, .len = to - from };
}

/* ASCII case-insensitive comparison, for header names and the like. */
bool slice_eq_nocase(struct slice a, struct slice b);

/* Index of the first `byte` at or after `from`, or text.len. */
size_t slice_find(struct slice text, char byte, size_t from);

/* Cuts the part before `byte` off *rest and returns it; all of it when there is no such byte.
 * *rest becomes what follows the byte (ptr NULL when the byte was not found). */
struct slice slice_cut(struct slice *rest, char byte);

struct slice slice_trim(struct slice text);

/* Whole-text decimal integer in int64 range; no spaces, no '+'. */
MUST_CHECK enum error slice_to_int(struct slice text, int64_t *ret_value);

/* Decimal number with at most six places, as millionths: "0.04" gives 40000. Float noise such as
 * 0.10000000149 is rounded to six places. Exponents are refused. */
MUST_CHECK enum error slice_to_millionths(struct slice text, int64_t *ret_value);

/* Well-formed UTF-8 without NUL (Unicode 15, table 3-7). */
bool slice_is_utf8(struct slice text);

/* Code points of well-formed UTF-8. */
size_t slice_code_points(struct slice text);

#endif
