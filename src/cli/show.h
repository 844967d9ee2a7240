/* A JSON document for people: "name value" lines, tables for arrays of objects, headings for the rest. */
#ifndef ASTRALFIELD_CLI_SHOW_H
#define ASTRALFIELD_CLI_SHOW_H

#include <jansson.h>

#include "base/arena.h"

/* The text of a document, which may be nested 8 deep; longer values are cut. */
struct slice show_json(struct arena *arena, const json_t *json);

#endif
