/* Kickoffs are published in US Eastern time; we keep UTC. */
#ifndef ASTRALFIELD_FEEDS_EASTERN_H
#define ASTRALFIELD_FEEDS_EASTERN_H

#include "base/time.h"

/* "2024-09-05" and "20:20" as the clock on a wall in New York, from 1970 on. An hour that comes
 * twice in the night of the change to standard time is taken as its first. E_INVALID when the text
 * is not a date and a time, or lies before 1970.
 * Sources: Uniform Time Act of 1966 and its amendments (15 U.S.C. 260a): Public Laws 93-182 and
 * 93-434 (1974, 1975), 99-359 (1987) and 109-58 section 110 (2007). */
MUST_CHECK enum error eastern_to_utc(struct slice date, struct slice time, utime *ret_at);

#endif
