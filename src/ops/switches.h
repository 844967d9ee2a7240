/* The switches in effect on this node, from switches.def.
 *
 * A stored order (ops_controls, kind flag) wins over the environment, the environment over the default
 * (off, 0). Reading takes no lock: any thread may ask on any request. switches_load brings what is stored;
 * it runs twice a second and when somebody says that there is news, so that every node agrees within a
 * second also when no news comes through. Without a database what was known stays, and ends in time. */
#ifndef ASTRALFIELD_OPS_SWITCHES_H
#define ASTRALFIELD_OPS_SWITCHES_H

#include "base/faults.h"
#include "base/time.h"

enum switch_id {
#define SWITCH(type, name, min, max, seconds, seconds_max, unit, meaning) SWITCH_##name,
#include "ops/switches.def"
#undef SWITCH
    SWITCH_COUNT
};

enum switch_type { SWITCH_FLAG, SWITCH_TRIGGER, SWITCH_NUMBER };
enum switch_source { SWITCH_FROM_DEFAULT, SWITCH_FROM_ENVIRONMENT, SWITCH_FROM_ORDER };

struct switch_info {
    enum switch_type type;
    const char *name;
    int64_t min, max;
    int64_t seconds, seconds_max;
    const char *unit;
    const char *meaning;
};

enum {
    SWITCH_MESSAGE_MAX = 300, /* code points of what users are told */
    SWITCH_TEXT_MAX = 1300,   /* bytes that are kept of a text */
    SWITCH_SECONDS_MAX = 366 * 86400,
};

const struct switch_info *switch_info(enum switch_id id);

/* SWITCH_COUNT when there is none of that name. */
enum switch_id switch_find(struct slice name);

/* "on", "true", "1", "yes", "20": as a number. E_INVALID. */
MUST_CHECK enum error switch_parse(enum switch_id id, struct slice text, int64_t *ret_value);

/* "on", "off", "20"; in the arena. */
struct slice switch_print(struct arena *arena, enum switch_id id, int64_t value);

const char *switch_source_name(enum switch_source source);

/* ---- what is in effect; any thread ---- */

bool switch_on(enum switch_id id);
int64_t switch_number(enum switch_id id);

/* Since when the value is in effect: the order's moment, the process's start for the environment; 0 for
 * the default. */
utime switch_since(enum switch_id id);

/* True for the quarter of an hour after HOTFIX_MODE was switched on, when alerts are tighter. */
bool switch_hotfix_watch(utime now);

/* What is known of one switch; texts are copied into the arena. */
struct switch_state {
    int64_t value;
    enum switch_source source;
    utime since, until; /* 0 = by default; 0 = for ever */
    struct slice by, reason, message;
};
struct switch_state switch_state(struct arena *arena, enum switch_id id);

/* ---- modes: what the first five come to ---- */

enum mode { MODE_NORMAL, MODE_READ_ONLY, MODE_MAINTENANCE, MODE_LOCKDOWN, MODE_RECOVERY };

/* The strongest one. EMERGENCY_MODE counts as a lockdown; switch_on tells it apart. */
enum mode switches_mode(void);
const char *mode_name(enum mode mode); /* "read-only" */

/* Users may not even read: maintenance, emergency, recovery. */
bool switches_stop_reading(void);

/* Since when users can change nothing, as this node knows it; 0 = they can. */
utime switches_stopped_since(void);

/* The same for what only this node's environment says: the stored orders are in the database. */
utime switches_stopped_here_since(void);

/* ---- knowing ---- */

/* Reads the environment, at start. E_INVALID: the faults name each wrong value. */
MUST_CHECK enum error switches_start(struct faults *faults);

/* One stored order, as switches_apply gets it. */
struct switch_order {
    enum switch_id id;
    int64_t value;
    utime since, until;
    struct slice by, reason, message;
};

/* Takes the stored orders over; those not named are not set. Returns a bit for every switch whose value,
 * or whose order's moment, is another one now. */
uint64_t switches_apply(const struct switch_order *orders, size_t count, utime now);

/* Reads what is stored and applies it; in a fiber. *ret_changed as above; *ret_has_expired: there are
 * orders whose time is over, see switch_store_expire. When the database cannot be read what is known
 * stays, but for what has ended by now. */
MUST_CHECK enum error switches_load(utime now, uint64_t *ret_changed, bool *ret_has_expired);

/* Whether switches_load has succeeded once: before that nobody knows what is switched on. */
bool switches_are_loaded(void);

#endif
