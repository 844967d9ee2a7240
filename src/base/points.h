/* Points are whole hundredths. Sums are made in millionths and rounded once, here. */
#ifndef ASTRALFIELD_BASE_POINTS_H
#define ASTRALFIELD_BASE_POINTS_H

#include "base/slice.h"

typedef int32_t points; /* hundredths of a point: 1230 is 12.30 */

enum { POINTS_TEXT_MAX = 16 };

/* Millionths of a point to hundredths, half away from zero: 12345000 (12.345) gives 1235.
 * Out-of-range sums are held at the ends of int32. The one place where points are rounded. */
points points_round(int64_t millionths);

/* "12.30", "-0.05", "7"; at most two places. */
MUST_CHECK enum error points_parse(struct slice text, points *ret_points);

/* Writes "12.30" into text and returns it as a slice. */
struct slice points_print(points value, char text[POINTS_TEXT_MAX]);

#endif
