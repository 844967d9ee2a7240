#include "imports/json_walk.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>

#include "base/check.h"

enum {
    KEY_SHOWN_MAX = 60,
    TEXT_SHOWN_MAX = 40,
    LIST_SHOWN_MAX = 10,
    POINTER_PARTS_MAX = DOCUMENT_DEPTH_MAX + 2
};

static const double NUMBER_MAX = 1e15; /* doubles are exact below */

/* ---- parsing ---- */

/* Nesting is counted before jansson sees the bytes. */
static enum error check_depth(struct document *document, struct slice bytes)
{
    int depth = 0;
    size_t line = 1;
    bool is_text = false;
    for (size_t i = 0; i < bytes.len; i++) {
        char byte = bytes.ptr[i];
        if (byte == '\n') {
            line++;
        } else if (is_text && byte == '\\') {
            i++;
        } else if (byte == '"') {
            is_text = !is_text;
        } else if (!is_text && (byte == '{' || byte == '[')) {
            depth++;
        } else if (!is_text && (byte == '}' || byte == ']')) {
            depth--;
        }
        if (depth > DOCUMENT_DEPTH_MAX) {
            return refuse(document->faults, E_FEED, "%.*s line %zu: nested deeper than %d",
                          FMT(document->name), line, DOCUMENT_DEPTH_MAX);
        }
    }
    return OK;
}

/* The longest beginning of at most `most` bytes that ends between two characters. */
static struct slice cut(struct slice text, size_t most)
{
    if (text.len <= most) {
        return text;
    }
    size_t end = most;
    while (end > 0 && ((unsigned char)text.ptr[end] & 0xc0) == 0x80) {
        end--;
    }
    return slice_from_to(text, 0, end);
}

enum error document_parse(struct document *document, struct slice bytes)
{
    if (bytes.len > DOCUMENT_BYTES_MAX) {
        return refuse(document->faults, E_FEED, "%.*s is larger than %zu MB", FMT(document->name),
                      DOCUMENT_BYTES_MAX / 1024 / 1024);
    }
    TRY(check_depth(document, bytes));
    json_error_t why = { 0 };
    document->root =
        json_loadb(bytes.ptr, bytes.len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
    if (document->root == NULL) {
        struct slice text = cut(slice_from(why.text), 150);
        bool is_cut = json_error_code(&why) == json_error_premature_end_of_input;
        return refuse(document->faults, E_FEED, "%.*s line %d column %d: %s (%.*s)",
                      FMT(document->name), why.line, why.column,
                      is_cut ? "the document is cut off" : "this is no JSON",
                      FMT(slice_is_utf8(text) ? text : S("not readable")));
    }
    return OK;
}

void document_done(struct document *document)
{
    json_decref(document->root);
    document->root = NULL;
    arena_done(&document->arena);
}

/* ---- ways ---- */

struct node document_root(struct document *document)
{
    bool is_there = document->root != NULL && !json_is_null(document->root);
    return (struct node){ .document = document, .value = is_there ? document->root : NULL };
}

static void add_key(struct buffer *pointer, const char *key)
{
    struct slice shown = cut(slice_from(key), KEY_SHOWN_MAX);
    for (size_t i = 0; i < shown.len; i++) {
        char byte = shown.ptr[i];
        if (byte == '~' || byte == '/') {
            buffer_add(pointer, byte == '~' ? S("~0") : S("~1"));
        } else {
            buffer_byte(pointer, byte);
        }
    }
}

static struct slice place_of(struct node node)
{
    const struct node *parts[POINTER_PARTS_MAX];
    size_t count = 0;
    for (const struct node *at = &node; at->parent != NULL && count < POINTER_PARTS_MAX;
         at = at->parent) {
        parts[count++] = at;
    }
    struct buffer place;
    buffer_init(&place, node.document->faults->arena);
    buffer_format(&place, "%.*s at /", FMT(node.document->name));
    while (count > 0) {
        const struct node *part = parts[--count];
        if (part->key != NULL) {
            add_key(&place, part->key);
        } else {
            buffer_format(&place, "%zu", part->index);
        }
        if (count > 0) {
            buffer_byte(&place, '/');
        }
    }
    return buffer_slice(&place);
}

void node_fault(struct node node, const char *format, ...)
{
    struct document *document = node.document;
    va_list args;
    va_start(args, format);
    struct slice message = arena_vformat(document->faults->arena, format, args);
    va_end(args);
    struct slice place = place_of(node);
    fault_add(document->faults, place, "%.*s", FMT(message));
    if (document->error == OK) {
        document->error = refuse(document->faults, E_FEED, "%.*s: %.*s", FMT(place), FMT(message));
    }
}

static void fault_expected(struct node node, const char *what)
{
    const json_t *value = node.value;
    if (value == NULL) {
        node_fault(node, "expected %s, found nothing", what);
        return;
    }
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        node_fault(node, "expected %s, found an object", what);
        return;
    case JSON_ARRAY:
        node_fault(node, "expected %s, found a list", what);
        return;
    case JSON_STRING: {
        struct slice text = { .ptr = json_string_value(value), .len = json_string_length(value) };
        node_fault(node, "expected %s, found \"%.*s\"", what, FMT(cut(text, TEXT_SHOWN_MAX)));
        return;
    }
    case JSON_INTEGER:
        node_fault(node, "expected %s, found %lld", what, (long long)json_integer_value(value));
        return;
    case JSON_REAL:
        node_fault(node, "expected %s, found %.12g", what, json_real_value(value));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL:
        node_fault(node, "expected %s, found %s", what,
                   json_is_true(value)    ? "true"
                   : json_is_false(value) ? "false"
                                          : "null");
        return;
    }
}

static const json_t *something(const json_t *value)
{
    return json_is_null(value) ? NULL : value;
}

struct node node_at(const struct node *parent, const char *key)
{
    if (parent->value != NULL && !json_is_object(parent->value)) {
        fault_expected(*parent, "an object");
    }
    return (struct node){ .document = parent->document,
                          .value = something(json_object_get(parent->value, key)),
                          .parent = parent,
                          .key = key };
}

size_t node_count(const struct node *list, size_t most)
{
    if (list->value == NULL) {
        return 0;
    }
    if (!json_is_array(list->value)) {
        fault_expected(*list, "a list");
        return 0;
    }
    size_t count = json_array_size(list->value);
    if (count > most) {
        node_fault(*list, "expected at most %zu items, found %zu", most, count);
        return 0;
    }
    return count;
}

struct node node_item(const struct node *list, size_t index)
{
    return (struct node){ .document = list->document,
                          .value = something(json_array_get(list->value, index)),
                          .parent = list,
                          .index = index };
}

static struct member member_of(const struct node *object, void *iterator)
{
    if (iterator == NULL) {
        return (struct member){ .is_there = false };
    }
    const char *key = json_object_iter_key(iterator);
    return (struct member){
        .node = { .document = object->document,
                  .value = something(json_object_iter_value(iterator)),
                  .parent = object,
                  .key = key },
        .iterator = iterator,
        .key = slice_from(key),
        .is_there = true,
    };
}

struct member member_first(const struct node *object, size_t most)
{
    if (object->value == NULL) {
        return (struct member){ .is_there = false };
    }
    if (!json_is_object(object->value)) {
        fault_expected(*object, "an object");
        return (struct member){ .is_there = false };
    }
    if (json_object_size(object->value) > most) {
        node_fault(*object, "expected at most %zu members, found %zu", most,
                   json_object_size(object->value));
        return (struct member){ .is_there = false };
    }
    /* jansson wants it writable, and does not write. */
    return member_of(object, json_object_iter((json_t *)object->value));
}

struct member member_next(const struct node *object, struct member member)
{
    return member_of(object, json_object_iter_next((json_t *)object->value, member.iterator));
}

struct node node_need(struct node node)
{
    if (node.value == NULL) {
        node_fault(node, "is missing");
    }
    return node;
}

/* ---- numbers ---- */

static bool whole_of(const json_t *value, int64_t *ret_whole)
{
    if (json_is_integer(value)) {
        *ret_whole = json_integer_value(value);
        return true;
    }
    if (json_is_real(value)) {
        double real = json_real_value(value);
        bool is_whole = real > -NUMBER_MAX && real < NUMBER_MAX && trunc(real) == real;
        *ret_whole = is_whole ? (int64_t)real : 0;
        return is_whole;
    }
    struct slice text = { .ptr = json_string_value(value), .len = json_string_length(value) };
    return text.ptr != NULL && slice_to_int(text, ret_whole) == OK;
}

int64_t node_int(struct node node, int64_t least, int64_t most)
{
    int64_t whole = 0;
    if (!whole_of(node.value, &whole)) {
        fault_expected(node, "a whole number");
        return least > 0 ? least : most < 0 ? most : 0;
    }
    if (whole < least || whole > most) {
        node_fault(node, "expected a number from %" PRId64 " to %" PRId64 ", found %" PRId64, least,
                   most, whole);
        return least > 0 ? least : most < 0 ? most : 0;
    }
    return whole;
}

int64_t node_int_or(struct node node, int64_t least, int64_t most, int64_t other)
{
    return node.value == NULL ? other : node_int(node, least, most);
}

bool node_flag_or(struct node node, bool other)
{
    if (node.value == NULL || json_is_boolean(node.value)) {
        return node.value == NULL ? other : json_is_true(node.value);
    }
    if (!json_is_integer(node.value)) {
        fault_expected(node, "true or false");
        return other;
    }
    return node_int(node, 0, 1) == 1;
}

int64_t node_scaled(struct node node, int64_t scale, int64_t most)
{
    if (!json_is_number(node.value)) {
        fault_expected(node, "a number");
        return 0;
    }
    double scaled = json_number_value(node.value) * (double)scale;
    if (!(scaled >= -(double)most && scaled <= (double)most)) {
        node_fault(node, "expected a number from %" PRId64 " to %" PRId64 ", found %.12g",
                   -(most / scale), most / scale, json_number_value(node.value));
        return 0;
    }
    return llround(scaled);
}

points node_points(struct node node)
{
    return points_round(node_scaled(node, 1000000, INT64_C(1000000) * 1000000));
}

utime node_time(struct node node)
{
    /* until the year 9999 */
    return node_int_or(node, 0, INT64_C(253402300799000), 0) * US_PER_MS;
}

/* ---- texts ---- */

struct slice node_text(struct node node, size_t bytes_max)
{
    if (!json_is_string(node.value)) {
        fault_expected(node, "a text");
        return S("");
    }
    struct slice text = { .ptr = json_string_value(node.value),
                          .len = json_string_length(node.value) };
    if (text.len > bytes_max) {
        node_fault(node, "expected a text of at most %zu bytes, found %zu", bytes_max, text.len);
        return S("");
    }
    return arena_copy(node.document->keep, text);
}

struct slice node_text_or(struct node node, size_t bytes_max, struct slice other)
{
    return node.value == NULL ? other : node_text(node, bytes_max);
}

bool is_id(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] <= ' ' || text.ptr[i] > '~' || text.ptr[i] == '/') {
            return false;
        }
    }
    return text.len > 0 && text.len <= ID_MAX_BYTES;
}

bool is_number_id(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
    }
    return text.len > 0 && text.len <= 20;
}

struct slice node_id(struct node node)
{
    if (json_is_integer(node.value)) {
        return arena_format(node.document->keep, "%lld", (long long)json_integer_value(node.value));
    }
    struct slice text = { .ptr = json_string_value(node.value),
                          .len = json_string_length(node.value) };
    if (text.ptr == NULL || !is_id(text)) {
        fault_expected(node, "an id");
        return S("?");
    }
    return arena_copy(node.document->keep, text);
}

struct slice node_id_or_none(struct node node)
{
    return node.value == NULL ? S("") : node_id(node);
}

bool node_is_object(struct node node)
{
    return json_is_object(node.value);
}

static struct slice list_shown(struct node node)
{
    size_t count = json_array_size(node.value);
    struct buffer list;
    buffer_init(&list, node.document->keep);
    for (size_t i = 0; i < count && i < LIST_SHOWN_MAX; i++) {
        const json_t *item = json_array_get(node.value, i);
        struct slice text = { .ptr = json_string_value(item), .len = json_string_length(item) };
        if (text.ptr == NULL) {
            return S("a list");
        }
        buffer_format(&list, "%s%.*s", i == 0 ? "" : ", ", FMT(cut(text, TEXT_SHOWN_MAX)));
    }
    return count == 0 ? S("[]") : buffer_slice(&list);
}

struct slice node_shown(struct node node)
{
    struct arena *arena = node.document->keep;
    if (node.value == NULL) {
        return S("");
    }
    switch (json_typeof(node.value)) {
    case JSON_OBJECT:
        return json_object_size(node.value) == 0 ? S("{}") : S("an object");
    case JSON_ARRAY:
        return list_shown(node);
    case JSON_STRING:
        return arena_copy(arena, cut((struct slice){ .ptr = json_string_value(node.value),
                                                     .len = json_string_length(node.value) },
                                     TEXT_SHOWN_MAX));
    case JSON_INTEGER:
        return arena_format(arena, "%lld", (long long)json_integer_value(node.value));
    case JSON_REAL:
        return arena_format(arena, "%.6g", json_real_value(node.value));
    case JSON_TRUE:
        return S("true");
    case JSON_FALSE:
        return S("false");
    case JSON_NULL:
        break;
    }
    return S("");
}
