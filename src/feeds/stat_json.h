/* A statistics line as it is stored: {"passing_yards":231,"def_sacks":0.5}, zeros left out. Reading it
 * back is league/scoring_load.h's stat_line_read. */
#ifndef ASTRALFIELD_FEEDS_STAT_JSON_H
#define ASTRALFIELD_FEEDS_STAT_JSON_H

#include "base/json.h"
#include "rules/stat.h"

/* Writes the line's values that are not zero as one object. */
void stat_json_write(struct json *json, const struct stat_line *line);

#endif
