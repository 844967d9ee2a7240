#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/time.h"

enum { LINE_MAX_BYTES = 2048 };

/* The one switch of this file: which lines are dropped. */
static atomic_int threshold = LOG_INFO;

void log_threshold(enum log_level level)
{
    atomic_store_explicit(&threshold, (int)level, memory_order_relaxed);
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    if ((int)level < atomic_load_explicit(&threshold, memory_order_relaxed)) {
        return;
    }
    char line[LINE_MAX_BYTES];
    char stamp[UTIME_TEXT_MAX];
    int len = snprintf(line, sizeof(line), "at=%.*s level=%s event=%s ",
                       FMT(utime_print(utime_now(), stamp)), names[level], event);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + len, sizeof(line) - (size_t)len - 1, format, args);
    va_end(args);
    size_t total = (size_t)len + (more > 0 ? (size_t)more : 0);
    if (total > sizeof(line) - 2) {
        total = sizeof(line) - 2;
    }
    line[total] = '\n';
    /* One write, so lines of different threads never mix; a full pipe loses the line, not us. */
    ssize_t written = write(STDERR_FILENO, line, total + 1);
    (void)written;
}

struct log_quoted log_quote(struct slice value)
{
    struct log_quoted quoted = { 0 };
    size_t at = 0;
    quoted.text[at++] = '"';
    for (size_t i = 0; i < value.len && at < 200; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if (c == '"' || c == '\\') {
            quoted.text[at++] = '\\';
        }
        quoted.text[at++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    quoted.text[at] = '"';
    return quoted;
}
