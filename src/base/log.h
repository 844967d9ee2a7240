/* One line per event, key=value, on standard error: grep it, or feed it to journald.
 *
 *   at=2024-09-08T17:00:00.000Z level=info event=request method=GET route=/api/health status=200 …
 *
 * Only the rooms that own a thread (http/, live/, jobs/, cli/, db's connector) log. */
#ifndef ASTRALFIELD_BASE_LOG_H
#define ASTRALFIELD_BASE_LOG_H

#include "base/error.h"
#include "base/slice.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines under this level are dropped; LOG_INFO at start. Any thread. */
void log_threshold(enum log_level level);

/* `event` is one word; the rest is printf for "key=value key=value". Values that may hold spaces or
 * quotes go through LOG_Q. */
void log_line(enum log_level level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);

/* Quotes a value for a log line; the text is cut at 200 bytes and control bytes become '?'. */
struct log_quoted {
    char text[208];
};
struct log_quoted log_quote(struct slice value);
#define LOG_Q(slice) log_quote(slice).text

#endif
