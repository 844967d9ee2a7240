/* Names as they are searched and compared. */
#ifndef ASTRALFIELD_FEEDS_NAME_H
#define ASTRALFIELD_FEEDS_NAME_H

#include "base/arena.h"

/* Lower case ASCII without accents and punctuation, single blanks: "Amon-Ra St. Brown" gives
 * "amon ra st brown", "D.J. Moore" gives "dj moore". Letters outside Latin are left out; "unknown"
 * when nothing is left. At most 100 bytes, in the arena. */
struct slice name_search(struct arena *arena, struct slice name);

/* What two sources' spellings of one name have in common: name_search without Jr., Sr., II … V at
 * the end and without blanks. SQL makes the same of search_name (queries/feeds/match.sql says how);
 * equal keys are a candidate, never yet the same person. */
struct slice name_key(struct arena *arena, struct slice name);

#endif
