/* Rows on their way to the database: JSON arrays of at most BATCH_ROWS objects, each one parameter
 * of a statement that reads it with json_to_recordset. */
#ifndef ASTRALFIELD_FEEDS_BATCH_H
#define ASTRALFIELD_FEEDS_BATCH_H

#include "base/json.h"

enum { BATCH_ROWS = 1000 };

struct batch {
    struct batch *next;
    struct json json;
    size_t rows;
    struct slice text; /* the array, once batches_end was called */
};

struct batches {
    struct arena *arena;
    struct batch *first, *last;
    size_t rows;
};

/* Opens the object of one more row; the caller writes its members, then calls batch_row_end. */
struct json *batch_row(struct batches *batches);
void batch_row_end(struct batches *batches);

/* Closes the arrays; no rows may follow. */
void batches_end(struct batches *batches);

/* A member that is the text, or null when its ptr is NULL. */
void batch_text(struct json *json, struct slice key, struct slice text);

/* A member that is the number, or null when it is BATCH_NO_NUMBER. */
#define BATCH_NO_NUMBER INT64_MIN
void batch_int(struct json *json, struct slice key, int64_t value);

#endif
