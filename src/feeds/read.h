/* All files of one season, read in the right order. */
#ifndef ASTRALFIELD_FEEDS_READ_H
#define ASTRALFIELD_FEEDS_READ_H

#include "feeds/season_data.h"
#include "feeds/source.h"

/* Reads everything a season consists of. `stats` (may be empty) is a file to take the players' weeks
 * from instead. Only the schedule must be there; what else is missing is noted in the report.
 * The data is complete afterwards and can be stored. */
MUST_CHECK enum error season_read(struct season_data *data, const struct feed_sources *sources,
                                  struct slice stats);

#endif
