/* A simulated season for an instance without real data: plainly invented players on the 32 clubs, a
 * schedule with byes, games played down by down, projections and draft positions.
 *
 * Everything follows from the seed: the same seed gives the same season, on every machine (whole
 * numbers only). Players carry is_sample and ids of the source 'sample'. */
#ifndef ASTRALFIELD_FEEDS_SAMPLE_H
#define ASTRALFIELD_FEEDS_SAMPLE_H

#include "feeds/season_data.h"

/* The year before the first that `import nfl` can load, so that a sample is never in its way. */
enum { SAMPLE_SEASON = 1998 };

/* Fills a season from season_data_init, complete and ready to be stored. */
void sample_season(struct season_data *data, uint64_t seed);

#endif
