/* The status page as files that can lie on another host: made from what the server answers, and from what
 * we know of it when it does not. */
#ifndef ASTRALFIELD_CLI_STATUS_SITE_H
#define ASTRALFIELD_CLI_STATUS_SITE_H

#include <jansson.h>

#include "api/status_view.h"
#include "cli/cli.h"

/* Reads a document of /api/status. E_INVALID: it is none. Texts live in the arena. */
MUST_CHECK enum error status_read(struct arena *arena, const json_t *json,
                                  struct status_view *ret_view);

/* One round: `answer` is the document, or NULL when the server did not give one. Takes what was kept in
 * <dir>/state.json into account, counts this probe for the day of `now`, and writes index.html, status.json
 * and state.json, each whole or not at all. *ret_view is what was written; with `is_dry` nothing is. */
MUST_CHECK enum error status_site_write(struct cli *cli, const char *dir, const json_t *answer,
                                        utime now, bool is_dry, struct status_view *ret_view);

#endif
