/* One line per request, in the form of base/log.h, but gathered per loop and written when the buffer
 * is full or its first line 20 ms old: a busy loop makes one system call for hundreds of lines.
 *
 *   at=… level=info event=request id=… method=GET route=/api/health status=200 bytes=64 us=31
 *   user=7 address=10.0.0.9 */
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "http/connection.h"

enum { LINE_MAX_BYTES = 768, ROUTE_MAX_BYTES = 200, DELAY_MS = 20 };
enum { SECRET_BYTES = 24, SECRET_BYTES_WITH_DIGITS = 16 };

struct line {
    char *at;
    char *end;
};

static void add(struct line *line, struct slice text)
{
    if (text.len == 0) {
        text = S("-"); /* refused before it was known */
    }
    size_t room = (size_t)(line->end - line->at);
    size_t len = text.len < room ? text.len : room;
    memcpy(line->at, text.ptr, len);
    line->at += len;
}

static void add_number(struct line *line, struct slice name, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t number = value < 0 ? 0 : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    add(line, name);
    add(line, (struct slice){ .ptr = digits + at, .len = sizeof(digits) - at });
}

static struct slice stamp(struct home *home, utime now)
{
    if (now / US_PER_MS != home->stamp_ms) {
        home->stamp_ms = now / US_PER_MS;
        utime_print(now, home->stamp);
    }
    return slice_from(home->stamp);
}

bool request_log_is_file(int fd)
{
    struct stat about;
    return fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

/* Up to PIPE_BUF bytes go into a pipe in one piece, and more might mix with another loop's; a file takes
 * all in one piece, and a large one costs less for each line. */
static size_t piece(const struct home *home, struct slice lines)
{
    if (home->server->is_log_file || lines.len <= PIPE_BUF) {
        return lines.len;
    }
    size_t len = PIPE_BUF;
    while (lines.ptr[len - 1] != '\n') {
        len--; /* every line is shorter */
    }
    return len;
}

void request_log_flush(struct home *home)
{
    struct slice rest = { .ptr = home->log, .len = home->log_len };
    while (rest.len > 0) {
        size_t len = piece(home, rest);
        /* A full pipe loses the lines, not us. */
        ssize_t written = write(home->server->settings.log_fd, rest.ptr, len);
        (void)written;
        rest = slice_from_to(rest, len, rest.len);
    }
    home->log_len = 0;
}

void request_log_expired(struct timer *timer)
{
    request_log_flush(OUTER_OF(timer, struct home, log_timer));
}

/* A part of a path that looks like chance: an invitation, a token. Words and hashed file names (they have a
 * dot) are none. */
static bool is_secret_part(struct slice part)
{
    size_t digits = 0;
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];
        bool is_digit = c >= '0' && c <= '9';
        if (!is_digit && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' &&
            c != '-') {
            return false;
        }
        digits += is_digit;
    }
    return part.len >= SECRET_BYTES || (part.len >= SECRET_BYTES_WITH_DIGITS && digits > 0);
}

/* The pattern, so that lines can be grouped; for addresses without a row their path (parse.c let no space
 * and no control byte through), without the parts that open something. */
static void add_route(struct line *line, const struct request *request)
{
    if (request->endpoint != NULL) {
        add(line, slice_from(request->endpoint->path));
        return;
    }
    struct slice rest = request->path;
    if (rest.len > ROUTE_MAX_BYTES) {
        rest = slice_from_to(rest, 0, ROUTE_MAX_BYTES);
    }
    if (rest.len == 0) {
        add(line, rest);
    }
    while (rest.len > 0) {
        size_t end = slice_find(rest, '/', 0);
        struct slice part = slice_from_to(rest, 0, end);
        if (end > 0) {
            add(line, is_secret_part(part) ? S("*") : part);
        }
        if (end < rest.len) {
            add(line, S("/"));
            end++;
        }
        rest = slice_from_to(rest, end, rest.len);
    }
}

void request_log(struct exchange *exchange, int64_t us)
{
    struct home *home = exchange->home;
    const struct request *request = &exchange->request;
    enum log_requests wanted = home->server->settings.log_requests;
    bool is_probe = request->endpoint != NULL && request->endpoint->rate == RATE_PROBE;
    if (wanted == LOG_REQUESTS_NONE || (wanted == LOG_REQUESTS_NO_PROBES && is_probe)) {
        return;
    }
    if (home->log_len + LINE_MAX_BYTES > sizeof(home->log)) {
        request_log_flush(home);
    }
    if (home->log_len == 0 && home->log_timer.heap_index == 0) {
        timer_set(home->loop, &home->log_timer, ms_to_us(DELAY_MS));
    }
    struct line line = { .at = home->log + home->log_len,
                         .end = home->log + home->log_len + LINE_MAX_BYTES - 1 };
    add(&line, S("at="));
    add(&line, stamp(home, request->now + us));
    add(&line, S(" level=info event=request id="));
    add(&line, request->id);
    add(&line, S(" method="));
    add(&line, request->method);
    add(&line, S(" route="));
    add_route(&line, request);
    add_number(&line, S(" status="), exchange->status);
    add_number(&line, S(" bytes="), (int64_t)exchange->status_bytes);
    add_number(&line, S(" us="), us);
    if (request->caller.user_id != 0) {
        add_number(&line, S(" user="), request->caller.user_id);
    }
    add(&line, S(" address="));
    add(&line, request->address);
    *line.at++ = '\n';
    home->log_len = (size_t)(line.at - home->log);
}
