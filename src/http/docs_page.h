/* /api/docs: the API as a readable HTML page, written on the server. It loads nothing but
 * DOCS_STYLE_PATH and runs no script, so the strictest Content-Security-Policy fits. */
#ifndef ASTRALFIELD_HTTP_DOCS_PAGE_H
#define ASTRALFIELD_HTTP_DOCS_PAGE_H

#include "http/openapi.h"

#define DOCS_STYLE_PATH "/api/docs/style.css"
#define DOCS_OPENAPI_PATH "/api/docs/openapi.json"

/* text/html; charset=utf-8; lives in the arena. */
struct slice docs_page(const struct api *api, struct arena *arena);

/* text/css, to be answered at DOCS_STYLE_PATH; a constant. */
struct slice docs_style(void);

#endif
