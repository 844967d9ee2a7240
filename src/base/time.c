#include "base/time.h"

#include <stdio.h>
#include <time.h>

utime utime_now(void)
{
    struct timespec now = { 0 };
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

struct mono mono_now(void)
{
    struct timespec now = { 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (struct mono){ .us = now.tv_sec * US_PER_S + now.tv_nsec / 1000 };
}

int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((int64_t)month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct slice utime_print(utime at, char text[UTIME_TEXT_MAX])
{
    time_t seconds = (time_t)(at / US_PER_S);
    int64_t rest = at % US_PER_S;
    if (rest < 0) {
        rest += US_PER_S;
        seconds--;
    }
    struct tm parts = { 0 };
    gmtime_r(&seconds, &parts);
    int len = snprintf(text, UTIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                       (parts.tm_year + 1900) % 10000, parts.tm_mon + 1, parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec, (int)(rest / US_PER_MS));
    return (struct slice){ .ptr = text, .len = (size_t)len };
}

/* Takes exactly `digits` digits off the front of *rest. */
static enum error take_digits(struct slice *rest, size_t digits, int64_t *ret_value)
{
    if (rest->len < digits) {
        return E_INVALID;
    }
    struct slice head = slice_from_to(*rest, 0, digits);
    if (head.ptr[0] == '-') {
        return E_INVALID;
    }
    TRY(slice_to_int(head, ret_value));
    *rest = slice_from_to(*rest, digits, rest->len);
    return OK;
}

static enum error take_byte(struct slice *rest, const char *allowed)
{
    if (rest->len == 0 || rest->ptr[0] == '\0' || strchr(allowed, rest->ptr[0]) == NULL) {
        return E_INVALID;
    }
    *rest = slice_from_to(*rest, 1, rest->len);
    return OK;
}

static enum error take_offset(struct slice *rest, int64_t *ret_minutes)
{
    if (rest->len == 1 && (rest->ptr[0] == 'Z' || rest->ptr[0] == 'z')) {
        *ret_minutes = 0;
        return OK;
    }
    int sign = rest->len > 0 && rest->ptr[0] == '-' ? -1 : 1;
    TRY(take_byte(rest, "+-"));
    int64_t hours = 0;
    int64_t minutes = 0;
    TRY(take_digits(rest, 2, &hours));
    if (rest->len > 0) {
        if (rest->ptr[0] == ':') {
            TRY(take_byte(rest, ":"));
        }
        TRY(take_digits(rest, 2, &minutes));
    }
    if (rest->len != 0 || hours > 15 || minutes > 59) {
        return E_INVALID;
    }
    *ret_minutes = sign * (hours * 60 + minutes);
    return OK;
}

enum error utime_parse(struct slice text, utime *ret_at)
{
    int64_t year = 0;
    int64_t month = 0;
    int64_t day = 0;
    int64_t hour = 0;
    int64_t minute = 0;
    int64_t second = 0;
    int64_t micros = 0;
    int64_t offset = 0;
    TRY(take_digits(&text, 4, &year));
    TRY(take_byte(&text, "-"));
    TRY(take_digits(&text, 2, &month));
    TRY(take_byte(&text, "-"));
    TRY(take_digits(&text, 2, &day));
    TRY(take_byte(&text, "T t"));
    TRY(take_digits(&text, 2, &hour));
    TRY(take_byte(&text, ":"));
    TRY(take_digits(&text, 2, &minute));
    TRY(take_byte(&text, ":"));
    TRY(take_digits(&text, 2, &second));
    if (text.len > 0 && text.ptr[0] == '.') {
        TRY(take_byte(&text, "."));
        int64_t unit = 100000;
        size_t places = 0;
        for (; text.len > 0 && text.ptr[0] >= '0' && text.ptr[0] <= '9'; places++) {
            micros += (text.ptr[0] - '0') * unit;
            unit /= 10;
            text = slice_from_to(text, 1, text.len);
        }
        if (places == 0 || places > 9) {
            return E_INVALID;
        }
    }
    TRY(take_offset(&text, &offset));
    static const int days_of_month[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1970 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 ||
        second > 59 || day > days_of_month[month - 1] + (month == 2 && is_leap)) {
        return E_INVALID;
    }
    int64_t days = days_from_civil(year, (unsigned)month, (unsigned)day);
    *ret_at = (((days * 24 + hour) * 60 + minute - offset) * 60 + second) * US_PER_S + micros;
    return OK;
}
