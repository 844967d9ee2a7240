#include "feeds/eastern.h"

#include <stdio.h>

#include "base/check.h"

/* Daylight saving time begins and ends at 02:00 of the first Sunday on or after a day. */
struct sunday {
    unsigned month, day;
};

static const struct {
    int64_t from_year;
    struct sunday begins, ends;
} rules[] = {
    { .from_year = 2007, .begins = { 3, 8 }, .ends = { 11, 1 } },
    { .from_year = 1987, .begins = { 4, 1 }, .ends = { 10, 25 } },
    { .from_year = 1976, .begins = { 4, 24 }, .ends = { 10, 25 } },
    { .from_year = 1975, .begins = { 2, 23 }, .ends = { 10, 25 } },
    { .from_year = 1974, .begins = { 1, 6 }, .ends = { 10, 25 } },
    { .from_year = 1967, .begins = { 4, 24 }, .ends = { 10, 25 } },
};

/* Minutes since 1970 of 02:00 on that Sunday. */
static int64_t sunday_minutes(int64_t year, struct sunday sunday)
{
    int64_t day = days_from_civil(year, sunday.month, sunday.day);
    int64_t weekday = ((day + 4) % 7 + 7) % 7; /* 0 is Sunday: 1970-01-01 was a Thursday */
    return (day + (7 - weekday) % 7) * 24 * 60 + 120;
}

enum error eastern_to_utc(struct slice date, struct slice time, utime *ret_at)
{
    /* utime_parse checks the form; read as UTC first, then moved. */
    char text[40];
    if (date.len != 10 || time.len < 4 || time.len > 5) {
        return E_INVALID;
    }
    int len = snprintf(text, sizeof(text), "%.*sT%s%.*s:00Z", FMT(date), time.len == 4 ? "0" : "",
                       FMT(time));
    utime wall = 0;
    int64_t year = 0;
    TRY(slice_to_int(slice_from_to(date, 0, 4), &year));
    if (year < 1970) {
        return E_INVALID; /* the epoch: no kickoff of ours is older */
    }
    TRY(utime_parse((struct slice){ .ptr = text, .len = (size_t)len }, &wall));
    int64_t minutes = wall / (60 * US_PER_S);
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (year >= rules[i].from_year) {
            bool is_daylight = minutes >= sunday_minutes(year, rules[i].begins) &&
                               minutes < sunday_minutes(year, rules[i].ends);
            *ret_at = wall + (is_daylight ? 4 : 5) * 3600 * US_PER_S;
            return OK;
        }
    }
    return E_INVALID;
}
