/* Where a platform's documents are looked for: folders and addresses, in the order given; with none
 * (and no memory) its public API. */
#ifndef ASTRALFIELD_IMPORTS_SOURCE_H
#define ASTRALFIELD_IMPORTS_SOURCE_H

#include "base/faults.h"
#include "base/slice.h"
#include "imports/model.h"

struct json_t; /* jansson's */

enum { IMPORT_PLACES_MAX = 16 };

struct import_source {
    struct arena *arena;
    struct faults *faults;
    struct slice places[IMPORT_PLACES_MAX]; /* folders, or addresses that begin with https:// */
    size_t count;
    /* Called after each document; may be NULL. */
    void (*step)(void *thing, struct slice document);
    void *thing;
    /* Documents given in memory instead (an upload, a test, a fuzzer): path -> bytes. May be NULL. */
    bool (*memory)(void *thing, struct slice path, struct slice *ret_bytes);
};

/* The league `league_id` and the earlier seasons it links to (oldest first in the model).
 * E_FEED_MISSING when no place has the league; E_FEED for a document that is cut off, of the wrong
 * shape or out of range, with file and JSON pointer in the fault. */
MUST_CHECK enum error sleeper_read(struct import_source *source, struct slice league_id,
                                   struct import_model *ret_model);

/* One season of an ESPN league, and the earlier ones that the places have. */
MUST_CHECK enum error espn_read(struct import_source *source, struct slice league_id, int season,
                                struct import_model *ret_model);

#endif
