/* The built web client (web/dist), loaded into memory at start and then only read: no file is
 * opened while serving, so no path can lead out of the folder. Any thread. */
#ifndef ASTRALFIELD_HTTP_STATIC_H
#define ASTRALFIELD_HTTP_STATIC_H

#include "base/faults.h"

struct static_files;

struct static_request {
    struct slice method;
    struct slice path;            /* as sent, without the query */
    struct slice accept_encoding; /* ptr NULL when the header is absent */
    struct slice if_none_match;   /* ptr NULL when the header is absent */
};

/* Everything lives as long as the arena of static_load. On 404 and 405 only `status` is set. */
struct static_reply {
    int status;           /* 200, 304, 404 or 405 (not GET or HEAD) */
    struct slice body;    /* empty on 304; on HEAD given all the same (its length is needed) */
    const char *media;    /* "text/javascript; charset=utf-8" */
    const char *encoding; /* "br", "gzip" or NULL: Content-Encoding */
    struct slice etag;    /* with its quotes */
    const char *cache_control;
    bool varies;  /* Vary: Accept-Encoding (also on 304) */
    bool is_page; /* the client itself, whatever address it was asked by */
};

/* Loads the folder and its sub-folders. Files and folders whose name begins with a dot, symbolic
 * links and anything that is no regular file are left out; x.br and x.gz beside x are its encoded
 * forms and have no address of their own. E_FILE: the folder or something in it could not be read,
 * or a limit was passed (4,096 files, 64 MB, 8 levels); the detail says which. */
MUST_CHECK enum error static_load(struct arena *arena, struct slice dir, struct faults *faults,
                                  struct static_files **ret_files);

/* The answer for a path. A path without an extension in its last segment that names no file gets
 * index.html (the client routes it), unless it is /api or under /api/. */
struct static_reply static_find(const struct static_files *files,
                                const struct static_request *request);

#endif
