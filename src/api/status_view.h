/* What the public may know of how we are: components, incidents, 90 days. Made by the server from its own
 * looks (status_board.h), or from outside by `astralfield statuspage publish`; written as one page and one
 * document. */
#ifndef ASTRALFIELD_API_STATUS_VIEW_H
#define ASTRALFIELD_API_STATUS_VIEW_H

#include "base/arena.h"
#include "base/time.h"

enum { STATUS_DAYS = 90, STATUS_INCIDENTS_MAX = 10 };

enum status_state {
    STATUS_UNKNOWN, /* nothing was measured */
    STATUS_GOOD,
    STATUS_FAIR, /* works, but not as it should */
    STATUS_BAD,
    STATUS_ABSENT, /* this installation has none */
    STATUS_STATE_COUNT
};

enum status_part_id {
    STATUS_WEB,
    STATUS_DATABASE,
    STATUS_CACHE,
    STATUS_LIVE,
    STATUS_FEEDS,
    STATUS_BACKUPS,
    STATUS_PART_COUNT
};

struct status_day {
    int64_t good, all; /* looks; all 0 = nothing was measured on that day */
};

struct status_part {
    enum status_state state;
    struct slice note;                   /* one sentence; may be empty */
    struct status_day days[STATUS_DAYS]; /* the oldest first, the last one today (UTC) */
};

struct status_incident {
    struct slice severity, title;
    bool is_over;
    utime since, until; /* until 0 = not over */
};

struct status_view {
    utime at;               /* of the newest look */
    utime facts_at;         /* when incidents and history were read; 0 = never */
    utime now;              /* when it is written down */
    struct slice seen_from; /* "inside" or "outside" */
    struct slice version;
    struct status_part parts[STATUS_PART_COUNT];
    struct status_incident incidents[STATUS_INCIDENTS_MAX]; /* open ones first, then the newest */
    size_t incident_count;
};

/* "database", and what people call it. */
const char *status_part_key(enum status_part_id id);
const char *status_part_name(enum status_part_id id);

/* "operational", "degraded", "down", "unknown", "not_used". */
const char *status_state_word(enum status_state state);

/* Of all parts: the worst of web and database, else degraded when another one is not well or an incident
 * is open. */
enum status_state status_overall(const struct status_view *view);

/* Looks that were good, in hundredths of a per cent (9998 = 99.98 %), rounded down; -1 = none made. */
int64_t status_uptime(const struct status_part *part);

/* Strings and all into another arena. */
struct status_view *status_copy(struct arena *arena, const struct status_view *view);

/* {"status":…,"components":[…],"incidents":[…],…}: see the row of /api/status. */
struct slice status_json(struct arena *arena, const struct status_view *view);

/* The page, under 20 kB. `style` NULL: the style is part of the page; else the address of status_style. */
struct slice status_html(struct arena *arena, const struct status_view *view, const char *style);
struct slice status_style(void);

#endif
