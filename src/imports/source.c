/* Documents: found in the places of a source, one after the other, and read as JSON. */
#include <jansson.h>

#include "feeds/file.h"
#include "imports/read.h"

/* Bytes, where a place has the document. */
static enum error take(struct import_source *source, struct document *document, struct slice path,
                       enum error error, struct faults *why, struct feed_file *file)
{
    if (error != OK) {
        return error == E_FEED_MISSING ? error
                                       : refuse(source->faults, error, "%.*s", FMT(why->detail));
    }
    document->name = arena_copy(document->keep, file->name.len > 0 ? file->name : path);
    TRY(document_parse(document, file->bytes));
    if (json_is_null(document->root)) { /* Sleeper's answer for an id that it does not know */
        json_decref(document->root);
        document->root = NULL;
        return E_FEED_MISSING;
    }
    if (source->step != NULL) {
        source->step(source->thing, document->name);
    }
    return OK;
}

static enum error from_memory(struct import_source *source, struct slice path,
                              struct document *document)
{
    if (source->memory == NULL) {
        return E_FEED_MISSING;
    }
    static const struct slice endings[] = { S_INIT(""), S_INIT(".gz") };
    for (size_t i = 0; i < 2; i++) {
        struct slice name = arena_format(&document->arena, "%.*s%.*s", FMT(path), FMT(endings[i]));
        struct feed_file file = { .name = name };
        if (source->memory(source->thing, name, &file.bytes)) {
            struct faults why = { .arena = source->faults->arena };
            enum error error = gzip_unpack(&document->arena, &file, &why);
            return take(source, document, path, error, &why, &file);
        }
    }
    return E_FEED_MISSING;
}

/* A folder holds the platform's folder, or is that folder, or its parent folders' last part. */
static enum error from_folder(struct import_source *source, struct slice place, struct slice path,
                              struct document *document)
{
    static const struct slice endings[] = { S_INIT(""), S_INIT(".gz") };
    struct slice rest = path;
    size_t cuts = slice_starts(path, S("sleeper/")) ? 2 : 1;
    for (size_t i = 0; i <= cuts && rest.ptr != NULL; i++) {
        for (size_t k = 0; k < 2; k++) {
            struct slice name = arena_format(&document->arena, "%.*s/%.*s%.*s", FMT(place),
                                             FMT(rest), FMT(endings[k]));
            struct faults why = { .arena = source->faults->arena };
            struct feed_file file = { 0 };
            enum error error = file_load(&document->arena, name, &why, &file);
            error = take(source, document, path, error, &why, &file);
            if (error != E_FEED_MISSING) {
                return error;
            }
        }
        (void)slice_cut(&rest, '/');
    }
    return E_FEED_MISSING;
}

static enum error from_address(struct import_source *source, struct slice base,
                               const struct wanted *wanted, struct document *document)
{
    if (wanted->address.len == 0) {
        return E_FEED_MISSING;
    }
    if (slice_ends(base, S("/"))) {
        base = slice_from_to(base, 0, base.len - 1);
    }
    struct slice url = arena_format(&document->arena, "%.*s%.*s", FMT(base), FMT(wanted->address));
    struct faults why = { .arena = source->faults->arena };
    struct feed_file file = { 0 };
    enum error error =
        fetch_load(&document->arena, url, (struct fetch_watch){ .step = NULL }, &why, &file);
    return take(source, document, wanted->path, error, &why, &file);
}

static enum error from_place(struct import_source *source, size_t place,
                             const struct wanted *wanted, struct document *document)
{
    struct slice at = source->places[place];
    if (slice_starts(at, S("https://"))) {
        return from_address(source, at, wanted, document);
    }
    if (slice_starts(at, S("http://"))) {
        return refuse(source->faults, E_INVALID, "%.*s: only https addresses are read", FMT(at));
    }
    return from_folder(source, at, wanted->path, document);
}

enum error source_open(struct import_source *source, struct arena *keep, struct wanted wanted,
                       struct document *ret_document)
{
    *ret_document = (struct document){ .keep = keep, .faults = source->faults };
    enum error error = from_memory(source, wanted.path, ret_document);
    for (size_t i = 0; i < source->count && error == E_FEED_MISSING; i++) {
        error = from_place(source, i, &wanted, ret_document);
    }
    bool is_public = source->memory == NULL && source->count == 0;
    if (is_public) {
        struct slice base = slice_starts(wanted.path, S("sleeper/"))
                                ? S("https://api.sleeper.app/v1")
                                : S("https://lm-api-reads.fantasy.espn.com/apis/v3/games/ffl");
        error = from_address(source, base, &wanted, ret_document);
    }
    if (error != OK) {
        document_done(ret_document);
    }
    return error;
}

enum error source_open_if(struct import_source *source, struct arena *keep, struct wanted wanted,
                          struct document *ret_document, bool *ret_is_there)
{
    enum error error = source_open(source, keep, wanted, ret_document);
    *ret_is_there = error == OK;
    return error == E_FEED_MISSING ? OK : error;
}
