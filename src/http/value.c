#include "http/value.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>

enum { EMAIL_BYTES_MAX = 254, EMAIL_LOCAL_MAX = 64 };

#define NO_FAULT ((struct slice){ .ptr = NULL, .len = 0 })
#define MILLION INT64_C(1000000)
#define MILLIONTHS_A_HUNDREDTH INT64_C(10000)
/* Up to here a double holds every millionth exactly: 2^53 / 10^6. */
#define EXACT_REAL_MAX 9007199254.0
#define DECIMAL_WHOLE_MAX INT64_C(999999999999)

struct slice value_bound(struct arena *arena, const struct field *field, int64_t bound)
{
    char text[POINTS_TEXT_MAX];
    if (field->type == T_POINTS) {
        return arena_copy(arena, points_print((points)bound, text));
    }
    if (field->type != T_DECIMAL || bound % MILLION == 0) {
        return arena_format(arena, "%" PRId64, field->type == T_DECIMAL ? bound / MILLION : bound);
    }
    struct slice shown = arena_format(arena, "%s%" PRId64 ".%06" PRId64, bound < 0 ? "-" : "",
                                      bound < 0 ? -(bound / MILLION) : bound / MILLION,
                                      bound < 0 ? -(bound % MILLION) : bound % MILLION);
    while (shown.ptr[shown.len - 1] == '0') {
        shown.len--;
    }
    return shown;
}

/* `unit` follows the figures: " characters long", or nothing. */
static struct slice bounds_fault(struct arena *arena, const struct field *field, int64_t value,
                                 const char *unit)
{
    bool is_low = field_has_min(field) && value < field->min;
    bool is_high = field_has_max(field) && value > field->max;
    if (!is_low && !is_high) {
        return NO_FAULT;
    }
    struct slice min = value_bound(arena, field, field->min);
    struct slice max = value_bound(arena, field, field->max);
    if (!field_has_max(field)) {
        return arena_format(arena, "must be at least %.*s%s", FMT(min), unit);
    }
    if (!field_has_min(field)) {
        return arena_format(arena, "must be at most %.*s%s", FMT(max), unit);
    }
    if (field->min == field->max) {
        return arena_format(arena, "must be %.*s%s", FMT(min), unit);
    }
    return arena_format(arena, "must be between %.*s and %.*s%s", FMT(min), FMT(max), unit);
}

/* The bounds of a size as those of a number; a size is never below zero, so that goes unsaid. */
static struct field size_bounds(const struct field *field)
{
    return (struct field){ .type = T_INTEGER,
                           .min = field->min > 0         ? field->min
                                  : field_has_max(field) ? INT64_MIN
                                                         : 0,
                           .max = field->max };
}

struct slice value_count_fault(struct arena *arena, const struct field *field, size_t count)
{
    struct field counted = size_bounds(field);
    struct slice wrong = bounds_fault(arena, &counted, (int64_t)count, " items");
    return wrong.ptr == NULL ? NO_FAULT : arena_format(arena, "%.*s, not %zu", FMT(wrong), count);
}

/* One @, something before it, a dotted name after it, nothing unprintable: stops typing errors.
 * Whether the address exists only a message to it can tell. */
static bool is_email(struct slice text)
{
    struct slice host = text;
    struct slice local = slice_cut(&host, '@');
    if (text.len > EMAIL_BYTES_MAX || local.len == 0 || local.len > EMAIL_LOCAL_MAX ||
        host.ptr == NULL) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c <= 0x20 || c == 0x7F || memchr("\"(),:;<>[\\]", c, 11) != NULL) {
            return false;
        }
    }
    size_t labels = 0;
    while (host.ptr != NULL) {
        struct slice label = slice_cut(&host, '.');
        if (label.len == 0 || label.len > 63 || slice_find(label, '@', 0) < label.len) {
            return false;
        }
        labels++;
    }
    return labels >= 2;
}

static struct slice store_string(struct arena *arena, const struct field *field, struct slice text,
                                 struct slice *slot)
{
    struct field counted = size_bounds(field);
    struct slice wrong =
        bounds_fault(arena, &counted, (int64_t)slice_code_points(text), " characters long");
    if (wrong.ptr != NULL) {
        return wrong;
    }
    if (field->format != NULL && slice_eq(slice_from(field->format), S("email")) &&
        !is_email(text)) {
        return S("must be an e-mail address");
    }
    *slot = text;
    return NO_FAULT;
}

static struct slice store_enum(struct arena *arena, const struct field *field, struct slice text,
                               int *slot)
{
    struct buffer names;
    buffer_init(&names, arena);
    for (int i = 0; field->values[i] != NULL; i++) {
        if (slice_eq(text, slice_from(field->values[i]))) {
            *slot = i;
            return NO_FAULT;
        }
    }
    for (size_t i = 0; field->values[i] != NULL; i++) {
        buffer_format(&names, i == 0 ? "must be one of %s" : ", %s", field->values[i]);
    }
    return buffer_slice(&names);
}

static struct slice store_time(struct slice text, utime *slot)
{
    return utime_parse(text, slot) == OK
               ? NO_FAULT
               : S("must be a time with its offset, such as 2024-09-08T17:00:00Z");
}

static struct slice store_integer(struct arena *arena, const struct field *field, int64_t value,
                                  int64_t *slot)
{
    struct slice wrong = bounds_fault(arena, field, value, "");
    if (wrong.ptr == NULL) {
        *slot = value;
    }
    return wrong;
}

static struct slice store_decimal(struct arena *arena, const struct field *field,
                                  int64_t millionths, void *slot)
{
    if (field->type == T_DECIMAL) {
        return store_integer(arena, field, millionths, slot);
    }
    int64_t hundredths = millionths / MILLIONTHS_A_HUNDREDTH;
    if (millionths % MILLIONTHS_A_HUNDREDTH != 0) {
        return S("must have at most two decimal places");
    }
    if (hundredths > INT32_MAX || hundredths < INT32_MIN) {
        return S("is out of range");
    }
    struct slice wrong = bounds_fault(arena, field, hundredths, "");
    if (wrong.ptr == NULL) {
        *(points *)slot = (points)hundredths;
    }
    return wrong;
}

struct slice value_from_text(struct arena *arena, const struct field *field, struct slice value,
                             void *slot)
{
    int64_t number = 0;
    switch (field->type) {
    case T_STRING:
        return store_string(arena, field, value, slot);
    case T_INTEGER:
        return slice_to_int(value, &number) == OK ? store_integer(arena, field, number, slot)
                                                  : S("must be a whole number");
    case T_DECIMAL:
    case T_POINTS:
        return slice_to_millionths(value, &number) == OK ? store_decimal(arena, field, number, slot)
                                                         : S("must be a decimal number");
    case T_BOOLEAN:
        if (!slice_eq(value, S("true")) && !slice_eq(value, S("false"))) {
            return S("must be true or false");
        }
        *(bool *)slot = value.len == 4;
        return NO_FAULT;
    case T_TIME:
        return store_time(value, slot);
    case T_ENUM:
        return store_enum(arena, field, value, slot);
    case T_OBJECT:
    case T_ARRAY:
    case T_MAP:
    case T_JSON:
        break;
    }
    check_failed("a parameter of scalar type", __FILE__, __LINE__);
}

static struct slice integer_from_json(struct arena *arena, const struct field *field,
                                      const json_t *value, int64_t *slot)
{
    if (json_is_integer(value)) {
        return store_integer(arena, field, json_integer_value(value), slot);
    }
    /* JSON knows one kind of number: 5.0 is the whole number five. */
    double real = json_real_value(value);
    if (!json_is_real(value) || !(fabs(real) <= EXACT_REAL_MAX) || fabs(real - trunc(real)) > 0) {
        return S("must be a whole number");
    }
    return store_integer(arena, field, (int64_t)real, slot);
}

static struct slice decimal_from_json(struct arena *arena, const struct field *field,
                                      const json_t *value, void *slot)
{
    if (json_is_integer(value)) {
        json_int_t whole = json_integer_value(value);
        if (whole > DECIMAL_WHOLE_MAX || whole < -DECIMAL_WHOLE_MAX) {
            return S("is out of range");
        }
        return store_decimal(arena, field, whole * MILLION, slot);
    }
    if (!json_is_real(value)) {
        return S("must be a number");
    }
    double real = json_real_value(value);
    if (!(fabs(real) <= EXACT_REAL_MAX)) {
        return S("is out of range");
    }
    return store_decimal(arena, field, llround(real * 1e6), slot);
}

struct slice value_from_json(struct arena *arena, const struct field *field, json_t *value,
                             void *slot)
{
    struct slice text = json_is_string(value) ? (struct slice){ .ptr = json_string_value(value),
                                                                .len = json_string_length(value) }
                                              : NO_FAULT;
    switch (field->type) {
    case T_STRING:
        return text.ptr == NULL ? S("must be text") : store_string(arena, field, text, slot);
    case T_INTEGER:
        return integer_from_json(arena, field, value, slot);
    case T_DECIMAL:
    case T_POINTS:
        return decimal_from_json(arena, field, value, slot);
    case T_BOOLEAN:
        if (!json_is_boolean(value)) {
            return S("must be true or false");
        }
        *(bool *)slot = json_is_true(value);
        return NO_FAULT;
    case T_TIME:
        return store_time(text, slot);
    case T_ENUM:
        return store_enum(arena, field, text, slot);
    case T_JSON:
        *(json_t **)slot = value;
        return NO_FAULT;
    case T_OBJECT:
    case T_ARRAY:
    case T_MAP:
        break;
    }
    check_failed("a body field of scalar type", __FILE__, __LINE__);
}

struct field value_item(const struct field *field)
{
    return (struct field){ .name = field->name,
                           .type = field->of != NULL ? T_OBJECT : field->items,
                           .place = field->place,
                           .values = field->values,
                           .of = field->of,
                           .format = field->format };
}

size_t value_size(const struct field *field)
{
    switch (field->type) {
    case T_STRING:
        return sizeof(struct slice);
    case T_INTEGER:
    case T_DECIMAL:
        return sizeof(int64_t);
    case T_POINTS:
        return sizeof(points);
    case T_BOOLEAN:
        return sizeof(bool);
    case T_TIME:
        return sizeof(utime);
    case T_ENUM:
        return sizeof(int);
    case T_OBJECT:
        return field->of->size;
    case T_ARRAY:
        return sizeof(struct list);
    case T_JSON:
        return sizeof(json_t *);
    case T_MAP:
        break;
    }
    check_failed("a field that has a place in a struct", __FILE__, __LINE__);
}

const char *value_type_name(enum field_type type)
{
    switch (type) {
    case T_STRING:
        return "text";
    case T_INTEGER:
        return "integer";
    case T_DECIMAL:
        return "decimal";
    case T_POINTS:
        return "points";
    case T_BOOLEAN:
        return "boolean";
    case T_TIME:
        return "time";
    case T_ENUM:
        return "one of";
    case T_OBJECT:
        return "object";
    case T_ARRAY:
        return "list";
    case T_MAP:
        return "map";
    case T_JSON:
        return "any JSON";
    }
    check_failed("a known field type", __FILE__, __LINE__);
}
