/* The manual, written once with a pen: Markdown for docs/api.md, HTML for /api/docs.
 *
 * Text given to a pen may hold `code` and [links](#anchor). */
#ifndef ASTRALFIELD_HTTP_MANUAL_H
#define ASTRALFIELD_HTTP_MANUAL_H

#include "http/openapi.h"

enum { MANUAL_COLUMNS = 4 };

struct pen {
    struct buffer out;
    /* A part begins with its heading (level 2 or 3) and its anchor, and ends with close. */
    void (*open)(struct pen *pen, int level, const char *anchor, struct slice heading);
    void (*close)(struct pen *pen, int level);
    void (*paragraph)(struct pen *pen, struct slice text);
    void (*code)(struct pen *pen, struct slice text);
    /* table, then row …, then table_end; four columns, of which the last may be long. */
    void (*table)(struct pen *pen, const char *const columns[MANUAL_COLUMNS]);
    void (*row)(struct pen *pen, const struct slice cells[MANUAL_COLUMNS]);
    void (*table_end)(struct pen *pen);
    /* list, then item …, then list_end; an item of level 1 holds those of level 2 that follow. */
    void (*item)(struct pen *pen, int level, struct slice text);
    void (*list_end)(struct pen *pen);
};

/* The table of contents, by tag. */
void manual_contents(struct pen *pen, const struct api *api);

/* Conventions, then every tag with its rows, then the documents. */
void manual_body(struct pen *pen, const struct api *api);

/* "LeagueSummary, list of, or null" in words, with a link to the schema. */
struct slice manual_type(struct arena *arena, const struct field *field);

#endif
