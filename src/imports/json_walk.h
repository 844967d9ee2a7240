/* One document of a platform, and reading it with care: every value is checked for its type and its
 * range, and what is wrong is named with file and JSON pointer:
 *
 *     league/1/rosters.json at /0/settings/fpts: expected a whole number, found "abc"
 *
 * A fault does not end the reading: the function gives a harmless value, document->error is set, and
 * the next fault is told too. Whoever opened the document looks at document->error before it
 * believes what was read. Texts are copied into document->keep. */
#ifndef ASTRALFIELD_IMPORTS_JSON_WALK_H
#define ASTRALFIELD_IMPORTS_JSON_WALK_H

#include "base/faults.h"
#include "base/points.h"
#include "base/time.h"

struct json_t;

enum {
    DOCUMENT_DEPTH_MAX = 64,
    NAME_MAX_BYTES = 400, /* names of people, teams, leagues */
    ID_MAX_BYTES = 64,
    NOTE_MAX_BYTES = 2000,
    COUNT_MAX = 1000000000 /* whole numbers that are not times */
};

/* Largest document, unpacked. */
#define DOCUMENT_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct document {
    struct arena arena; /* its bytes */
    struct arena *keep;
    struct slice name;
    struct json_t *root;
    struct faults *faults;
    enum error error;
};

/* Reads `bytes` (which must outlive the document). E_FEED with line and column when they are no JSON,
 * are cut off, or nest deeper than DOCUMENT_DEPTH_MAX. */
MUST_CHECK enum error document_parse(struct document *document, struct slice bytes);

/* Fits CLEANUP(document_done). */
void document_done(struct document *document);

/* A value of the document with the way to it. Nodes are values; a parent must outlive its children.
 * `value` is NULL where there is nothing (absent, or null). */
struct node {
    struct document *document;
    const struct json_t *value;
    const struct node *parent;
    const char *key; /* in the parent; NULL for an item of a list */
    size_t index;
};

struct node document_root(struct document *document);

/* A member of an object; a fault when the parent is there and no object. */
struct node node_at(const struct node *parent, const char *key);

/* How many items a list has, at most `most`; 0 when it is not there. */
size_t node_count(const struct node *list, size_t most);
struct node node_item(const struct node *list, size_t index);

/* The members of an object in its order: for (struct member m = member_first(&n); m.is_there;
 * m = member_next(&n, m)). A member that is null has node.value NULL. At most `most`. */
struct member {
    struct node node;
    void *iterator;
    struct slice key;
    bool is_there;
};
struct member member_first(const struct node *object, size_t most);
struct member member_next(const struct node *object, struct member member);

static inline bool node_is(struct node node)
{
    return node.value != NULL;
}

/* A fault when it is not there. */
struct node node_need(struct node node);

/* Whole numbers; reals without a fraction and texts of digits are taken too. */
int64_t node_int(struct node node, int64_t least, int64_t most);
int64_t node_int_or(struct node node, int64_t least, int64_t most, int64_t other);
bool node_flag_or(struct node node, bool other); /* true, false, 1, 0 */

/* Hundredths, of a number between -1,000,000 and 1,000,000; float noise is rounded off. */
points node_points(struct node node);

/* The number times `scale` (1,000 or 1,000,000), rounded; the result lies between -most and most. */
int64_t node_scaled(struct node node, int64_t scale, int64_t most);

/* Milliseconds since 1970 as utime; 0 when it is not there. */
utime node_time(struct node node);

struct slice node_text(struct node node, size_t bytes_max);
struct slice node_text_or(struct node node, size_t bytes_max, struct slice other);

/* An id: text or whole number, of 1 to ID_MAX_BYTES printable ASCII bytes without blanks and
 * slashes. */
struct slice node_id(struct node node);
struct slice node_id_or_none(struct node node); /* the empty slice when it is not there */

/* Whether a text is such an id, and one of digits alone (which may become part of a path). */
bool is_id(struct slice text);
bool is_number_id(struct slice text);

bool node_is_object(struct node node);

/* A value as a short text, for people: "abc", 12, true, [], "a list", "an object". */
struct slice node_shown(struct node node);

/* A fault at this place. */
void node_fault(struct node node, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
