/* A statistics line as it is stored: {"passing_yards":231,"def_sacks":0.5}, zeros left out. */
#ifndef ASTRALFIELD_FEEDS_STAT_JSON_H
#define ASTRALFIELD_FEEDS_STAT_JSON_H

#include "base/json.h"
#include "rules/stat.h"

/* Writes the line's values that are not zero as one object. */
void stat_json_write(struct json *json, const struct stat_line *line);

/* Reads an object of numbers; keys we do not know are passed over. The line has been played
 * (has_played) and its sums are made (stat_derive). E_INVALID for anything else. */
MUST_CHECK enum error stat_json_read(struct slice text, struct stat_line *ret_line);

#endif
