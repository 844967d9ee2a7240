/* libcsv does the quoting. It is fed line by line, so that the line of every fault is known. */
#include "feeds/csv.h"

#include <csv.h>

#include "base/check.h"

struct reading {
    struct csv_row row;
    const struct csv_shape *shape;
    struct arena *arena; /* lives as long as the reading */
    struct csv_parser parser;
    struct buffer text; /* the fields of the row being read, one after the other */
    size_t ends[CSV_COLUMNS_MAX];
    struct slice cells[CSV_COLUMNS_MAX];
    struct slice *names;
    size_t *where;
    size_t fields; /* of the row being read */
    size_t rows;
    size_t line;       /* being fed */
    size_t first_line; /* of the row being read */
    size_t ended;      /* rows, the header included */
    bool is_open;      /* the last line ended inside a quoted field */
    size_t open_bytes; /* since then */
    enum error error;
};

static enum error fault_at(const struct reading *reading, const char *what)
{
    return refuse(reading->row.faults, E_FEED, "%.*s line %zu: %s", FMT(reading->row.file),
                  reading->line, what);
}

static enum error too_large(const struct reading *reading)
{
    return refuse(reading->row.faults, E_FEED,
                  "%.*s line %zu: has a field larger than 64 kB (is a quotation mark left open?)",
                  FMT(reading->row.file), reading->first_line);
}

static void end_of_field(void *bytes, size_t len, void *thing)
{
    struct reading *reading = thing;
    if (reading->error != OK) {
        return;
    }
    if (reading->fields == CSV_COLUMNS_MAX) {
        reading->error = fault_at(reading, "has more than 512 columns");
        return;
    }
    if (len > CSV_FIELD_BYTES_MAX) {
        reading->error = too_large(reading);
        return;
    }
    buffer_add(&reading->text, (struct slice){ .ptr = bytes == NULL ? "" : bytes, .len = len });
    reading->ends[reading->fields++] = reading->text.len;
}

static void cut_cells(struct reading *reading)
{
    size_t from = 0;
    for (size_t i = 0; i < reading->fields; i++) {
        reading->cells[i] = (struct slice){
            .ptr = reading->text.len == 0 ? "" : reading->text.ptr + from,
            .len = reading->ends[i] - from,
        };
        from = reading->ends[i];
    }
}

static bool names_hold(const char *names, struct slice name)
{
    struct slice rest = slice_from(names);
    while (rest.ptr != NULL) {
        struct slice word = slice_cut(&rest, ' ');
        if (word.len > 0 && slice_eq(word, name)) {
            return true;
        }
    }
    return false;
}

static struct slice first_name(const char *names)
{
    struct slice rest = slice_trim(slice_from(names));
    return slice_cut(&rest, ' ');
}

/* Finds each wanted column; a spelling that stands twice in the header is refused. */
static enum error find_columns(struct reading *reading)
{
    for (size_t wanted = 0; wanted < reading->shape->column_count; wanted++) {
        const struct csv_column *column = &reading->shape->columns[wanted];
        reading->where[wanted] = SIZE_MAX;
        for (size_t i = 0; i < reading->row.count; i++) {
            if (reading->where[wanted] == SIZE_MAX &&
                names_hold(column->names, reading->names[i])) {
                reading->where[wanted] = i;
            }
        }
        if (reading->where[wanted] == SIZE_MAX && column->is_required) {
            return refuse(reading->row.faults, E_FEED, "%.*s line %zu: there is no column %.*s",
                          FMT(reading->row.file), reading->first_line,
                          FMT(first_name(column->names)));
        }
    }
    return OK;
}

static enum error take_header(struct reading *reading)
{
    reading->row.count = reading->fields;
    reading->names = ARENA_ARRAY(reading->arena, reading->fields, struct slice);
    for (size_t i = 0; i < reading->fields; i++) {
        reading->names[i] = arena_copy(reading->arena, slice_trim(reading->cells[i]));
        for (size_t k = 0; k < i; k++) {
            if (reading->names[i].len > 0 && slice_eq(reading->names[i], reading->names[k])) {
                return refuse(reading->row.faults, E_FEED,
                              "%.*s line %zu: column %.*s stands twice", FMT(reading->row.file),
                              reading->line, FMT(reading->names[i]));
            }
        }
    }
    reading->row.names = reading->names;
    TRY(find_columns(reading));
    return reading->shape->header == NULL
               ? OK
               : reading->shape->header(reading->shape->thing, reading->names, reading->row.count);
}

static void end_of_row(int terminator, void *thing)
{
    (void)terminator;
    struct reading *reading = thing;
    if (reading->error != OK) {
        return;
    }
    cut_cells(reading);
    reading->row.line = reading->first_line;
    if (reading->names == NULL) {
        reading->error = take_header(reading);
    } else if (reading->fields != reading->row.count) {
        reading->error = refuse(
            reading->row.faults, E_FEED, "%.*s line %zu: has %zu fields, but the header has %zu",
            FMT(reading->row.file), reading->first_line, reading->fields, reading->row.count);
    } else if (++reading->rows > CSV_ROWS_MAX) {
        reading->error = fault_at(reading, "has more than two million rows");
    } else {
        reading->error = reading->shape->row(reading->shape->thing, &reading->row);
    }
    reading->fields = 0;
    reading->text.len = 0;
    reading->ended++;
}

static enum error feed_line(struct reading *reading, struct slice line)
{
    if (!slice_is_utf8(line)) {
        return fault_at(reading, "is not UTF-8 text");
    }
    if (line.len > (size_t)CSV_FIELD_BYTES_MAX * 16) {
        return fault_at(reading, "is longer than 1 MB");
    }
    if (!reading->is_open) {
        reading->first_line = reading->line;
        reading->open_bytes = 0;
    }
    size_t ended = reading->ended;
    if (reading->is_open && (reading->open_bytes += line.len) > CSV_FIELD_BYTES_MAX) {
        return too_large(reading);
    }
    size_t taken =
        csv_parse(&reading->parser, line.ptr, line.len, end_of_field, end_of_row, reading);
    TRY(reading->error);
    if (taken != line.len) {
        return fault_at(reading, csv_error(&reading->parser) == CSV_EPARSE
                                     ? "has a quotation mark where none may be"
                                     : "cannot be read");
    }
    reading->is_open = ended == reading->ended && (reading->is_open || slice_trim(line).len > 0);
    return OK;
}

static enum error feed_lines(struct reading *reading, struct slice bytes)
{
    if (slice_starts(bytes, S("\xef\xbb\xbf"))) {
        bytes = slice_from_to(bytes, 3, bytes.len);
    }
    while (bytes.len > 0) {
        size_t end = slice_find(bytes, '\n', 0);
        reading->line++;
        if (end == bytes.len) {
            return fault_at(reading, "is cut off: the file does not end with a line end");
        }
        TRY(feed_line(reading, slice_from_to(bytes, 0, end + 1)));
        bytes = slice_from_to(bytes, end + 1, bytes.len);
    }
    if (csv_fini(&reading->parser, end_of_field, end_of_row, reading) != 0) {
        return refuse(reading->row.faults, E_FEED,
                      "%.*s line %zu: a quotation mark opened here is never closed",
                      FMT(reading->row.file), reading->first_line);
    }
    TRY(reading->error);
    return reading->names != NULL
               ? OK
               : refuse(reading->row.faults, E_FEED, "%.*s is empty", FMT(reading->row.file));
}

enum error csv_read(struct slice file, struct slice bytes, const struct csv_shape *shape,
                    struct faults *faults)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct reading *reading = ARENA_NEW(&arena, struct reading);
    reading->arena = &arena;
    reading->shape = shape;
    reading->where = ARENA_ARRAY(&arena, shape->column_count + 1, size_t);
    reading->row = (struct csv_row){ .file = file,
                                     .column_count = shape->column_count,
                                     .where = reading->where,
                                     .cells = reading->cells,
                                     .faults = faults };
    buffer_init(&reading->text, &arena);
    if (csv_init(&reading->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        return E_INTERNAL;
    }
    enum error error = feed_lines(reading, bytes);
    csv_free(&reading->parser);
    return error;
}

struct slice csv_text(const struct csv_row *row, size_t column)
{
    CHECK(column < row->column_count);
    size_t cell = row->where[column];
    struct slice text = cell == SIZE_MAX ? S("") : slice_trim(row->cells[cell]);
    return text.len == 0 || slice_eq(text, S("NA")) ? (struct slice){ .ptr = NULL, .len = 0 }
                                                    : text;
}

enum error csv_fault(const struct csv_row *row, size_t cell, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct slice what = arena_vformat(row->faults->arena, format, args);
    va_end(args);
    if (cell == SIZE_MAX) {
        return refuse(row->faults, E_FEED, "%.*s line %zu: %.*s", FMT(row->file), row->line,
                      FMT(what));
    }
    return refuse(row->faults, E_FEED, "%.*s line %zu column %.*s: %.*s", FMT(row->file), row->line,
                  FMT(row->names[cell]), FMT(what));
}

/* What a message shows of a cell. */
static struct slice shown(struct slice text)
{
    return text.len > 40 ? slice_from_to(text, 0, 40) : text;
}

/* "4.0" without what says nothing. */
static struct slice without_zeros(struct slice text)
{
    size_t dot = slice_find(text, '.', 0);
    for (size_t i = dot + 1; i < text.len; i++) {
        if (text.ptr[i] != '0') {
            return text;
        }
    }
    return dot < text.len && dot > 0 && dot + 1 < text.len ? slice_from_to(text, 0, dot) : text;
}

enum error csv_int(const struct csv_row *row, size_t column, struct csv_bounds bounds,
                   int64_t *ret_value)
{
    struct slice text = csv_text(row, column);
    int64_t value = bounds.fallback;
    if (text.ptr == NULL) {
        *ret_value = value;
        return OK;
    }
    if (slice_to_int(without_zeros(text), &value) != OK || value < bounds.min ||
        value > bounds.max) {
        return csv_fault(row, row->where[column],
                         "\"%.*s\" is not a whole number from %lld to %lld", FMT(shown(text)),
                         (long long)bounds.min, (long long)bounds.max);
    }
    *ret_value = value;
    return OK;
}

enum error csv_thousandths(const struct csv_row *row, size_t cell, int32_t *ret_value)
{
    CHECK(cell < row->count);
    struct slice text = slice_trim(row->cells[cell]);
    if (text.len == 0 || slice_eq(text, S("NA"))) {
        *ret_value = 0;
        return OK;
    }
    int64_t millionths = 0;
    if (slice_to_millionths(text, &millionths) != OK || millionths > INT64_C(2000000) * 1000000 ||
        millionths < INT64_C(-2000000) * 1000000) {
        return csv_fault(row, cell, "\"%.*s\" is not a number", FMT(shown(text)));
    }
    int64_t half = millionths < 0 ? -500 : 500;
    *ret_value = (int32_t)((millionths + half) / 1000);
    return OK;
}
