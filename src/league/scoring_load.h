/* What stored statistics are worth under a league's rules.
 *
 * Points of past weeks are kept in player_week_points, one row per scoring profile and stat line,
 * made by rules/scoring and nothing else. A row names the revision of the line it was made from, so
 * a refresh scores exactly the lines that are new or were corrected, and running it again does
 * nothing. Documents, finals and projections read these rows; `astralfield verify ledger` makes
 * them again and compares. */
#ifndef ASTRALFIELD_LEAGUE_SCORING_LOAD_H
#define ASTRALFIELD_LEAGUE_SCORING_LOAD_H

#include "db/db.h"
#include "rules/stat.h"

/* Reads a stored line ({"passing_yards": 231, "def_sacks": 0.5}); keys we do not know are passed
 * over, numbers are taken to the thousandth. E_INVALID for anything but an object of numbers. */
MUST_CHECK enum error stat_line_read(struct slice json, struct stat_line *ret_line);

/* The same for a line of a scoring profile's source: what another platform counted is taken as it
 * is, sums included; only lines of "nfl" get their sums made. */
MUST_CHECK enum error stat_line_read_from(struct slice stat_source, struct slice json,
                                          struct stat_line *ret_line);

struct points_order {
    int64_t profile_id;
    int season;
    int week; /* 0: all of them */
};

/* Scores what has changed for one profile; *ret_lines (may be NULL) is how many lines were scored.
 * Inside `tx`. */
MUST_CHECK enum error points_refresh(struct tx *tx, struct points_order order, size_t *ret_lines);

/* The same for every profile that leagues of the season use, in a transaction of its own: call it
 * after an import. In a fiber that holds no transaction. */
MUST_CHECK enum error points_refresh_season(struct arena *arena, int season, size_t *ret_lines);

#endif
