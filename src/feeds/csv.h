/* Strict CSV over libcsv: columns by name, every row as wide as the header, UTF-8, named limits, and
 * errors that say where: "FILE line 12 column passing_yards: …".
 *
 * A file must end with a line end: one that was cut off inside its last row is then noticed even
 * when the row looks complete. */
#ifndef ASTRALFIELD_FEEDS_CSV_H
#define ASTRALFIELD_FEEDS_CSV_H

#include "base/faults.h"

enum {
    CSV_COLUMNS_MAX = 512,
    CSV_FIELD_BYTES_MAX = 64 * 1024,
    CSV_ROWS_MAX = 2000000,
};

/* A column somebody asks for. */
struct csv_column {
    const char
        *names; /* accepted spellings between blanks: " passing_interceptions interceptions " */
    bool is_required;
};

struct csv_row {
    struct slice file;
    size_t line; /* the row's first line, from 1 */
    size_t column_count;
    const size_t *where;       /* by wanted column: index into cells, or SIZE_MAX */
    const struct slice *cells; /* in the file's order */
    const struct slice *names; /* the file's column names, in the same order */
    size_t count;              /* of cells */
    struct faults *faults;
};

struct csv_shape {
    const struct csv_column *columns;
    size_t column_count;
    /* Told the header before the first row; may be NULL. */
    enum error (*header)(void *thing, const struct slice *names, size_t count);
    /* Told each row; its slices end with the call. */
    enum error (*row)(void *thing, const struct csv_row *row);
    void *thing;
};

/* Reads a whole file. `file` is its name for messages. E_FEED with the place of the first fault;
 * otherwise the first error of a callback. */
MUST_CHECK enum error csv_read(struct slice file, struct slice bytes, const struct csv_shape *shape,
                               struct faults *faults);

/* The cell of wanted column `column`, trimmed. Empty, and the "NA" of R, come as ptr NULL. */
struct slice csv_text(const struct csv_row *row, size_t column);

struct csv_bounds {
    int64_t min, max;
    int64_t fallback; /* for an empty or absent cell */
};

/* A whole number within bounds; "4.0" is one. E_FEED with the place otherwise. */
MUST_CHECK enum error csv_int(const struct csv_row *row, size_t column, struct csv_bounds bounds,
                              int64_t *ret_value);

/* A decimal number as whole thousandths, at most ± two million units; 0 for an empty cell. `cell`
 * is an index into row->cells. */
MUST_CHECK enum error csv_thousandths(const struct csv_row *row, size_t cell, int32_t *ret_value);

/* Says "FILE line N column NAME: …" and returns E_FEED. `cell` is an index into row->cells, or
 * SIZE_MAX when the fault is the row's. */
enum error csv_fault(const struct csv_row *row, size_t cell, const char *format, ...)
    PRINTF_LIKE(3, 4);

#endif
