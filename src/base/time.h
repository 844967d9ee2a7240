/* Two kinds of time that cannot be mixed up. `now` is passed in; only http/, live/, jobs/ and cli/
 * (and run/, whose timers are monotonic) ask the clock. */
#ifndef ASTRALFIELD_BASE_TIME_H
#define ASTRALFIELD_BASE_TIME_H

#include "base/slice.h"

typedef int64_t utime; /* microseconds since 1970-01-01T00:00:00Z, UTC */

struct mono {
    int64_t us; /* microseconds of the monotonic clock */
};

enum { UTIME_TEXT_MAX = 32 };
#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)

utime utime_now(void);
struct mono mono_now(void);

/* "2024-09-08T17:00:00.000Z" (milliseconds; years 1970 to 9999). */
struct slice utime_print(utime at, char text[UTIME_TEXT_MAX]);

/* ISO 8601 date and time with offset: "2024-09-08T17:00:00Z", "2024-09-08 13:00:00.5-04",
 * "…+05:30". A date alone or a missing offset is E_INVALID. */
MUST_CHECK enum error utime_parse(struct slice text, utime *ret_at);

/* Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant's algorithm). */
int64_t days_from_civil(int64_t year, unsigned month, unsigned day);

#endif
