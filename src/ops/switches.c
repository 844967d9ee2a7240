#include "ops/switches.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/log.h"
#include "db/db.h"

enum { HOTFIX_WATCH_S = 900, ORDERS_MAX = 64 };

_Static_assert(SWITCH_COUNT <= 64, "a bit for every switch");

static const struct switch_info infos[SWITCH_COUNT] = {
#define SWITCH(type_, name_, min_, max_, seconds_, seconds_max_, unit_, meaning_)                  \
    [SWITCH_##name_] = { .type = SWITCH_##type_,                                                   \
                         .name = #name_,                                                           \
                         .min = min_,                                                              \
                         .max = max_,                                                              \
                         .seconds = seconds_,                                                      \
                         .seconds_max = seconds_max_,                                              \
                         .unit = unit_,                                                            \
                         .meaning = meaning_ },
#include "ops/switches.def"
#undef SWITCH
};

/* What requests read is atomic; texts and where a value comes from are behind the lock, a leaf. */
static struct {
    _Atomic int64_t values[SWITCH_COUNT];
    _Atomic int64_t since[SWITCH_COUNT];
    atomic_bool is_loaded;

    pthread_mutex_t lock; /* guards the rest */
    bool has_environment[SWITCH_COUNT];
    int64_t environment[SWITCH_COUNT];
    utime started_at;
    struct kept {
        enum switch_source source;
        utime until;
        char by[SWITCH_TEXT_MAX], reason[SWITCH_TEXT_MAX], message[SWITCH_TEXT_MAX];
    } kept[SWITCH_COUNT];
} switches = { .lock = PTHREAD_MUTEX_INITIALIZER };

const struct switch_info *switch_info(enum switch_id id)
{
    CHECK(id < SWITCH_COUNT);
    return &infos[id];
}

enum switch_id switch_find(struct slice name)
{
    size_t id = 0;
    while (id < SWITCH_COUNT && !slice_eq(name, slice_from(infos[id].name))) {
        id++;
    }
    return (enum switch_id)id;
}

enum error switch_parse(enum switch_id id, struct slice text, int64_t *ret_value)
{
    static const char *const words[] = { "off", "on", "false", "true", "0", "1", "no", "yes" };
    if (infos[id].type == SWITCH_NUMBER) {
        int64_t number = 0;
        TRY(slice_to_int(text, &number));
        if (number < infos[id].min || number > infos[id].max) {
            return E_INVALID;
        }
        *ret_value = number;
        return OK;
    }
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (slice_eq_nocase(text, slice_from(words[i]))) {
            *ret_value = i % 2;
            return OK;
        }
    }
    return E_INVALID;
}

struct slice switch_print(struct arena *arena, enum switch_id id, int64_t value)
{
    return infos[id].type == SWITCH_NUMBER ? arena_format(arena, "%" PRId64, value)
           : value != 0                    ? S("on")
                                           : S("off");
}

const char *switch_source_name(enum switch_source source)
{
    static const char *const names[] = { "default", "environment", "order" };
    return names[source];
}

/* ---- what is in effect ---- */

int64_t switch_number(enum switch_id id)
{
    return atomic_load_explicit(&switches.values[id], memory_order_relaxed);
}

bool switch_on(enum switch_id id)
{
    return switch_number(id) != 0;
}

utime switch_since(enum switch_id id)
{
    return atomic_load_explicit(&switches.since[id], memory_order_relaxed);
}

bool switch_hotfix_watch(utime now)
{
    return switch_on(SWITCH_HOTFIX_MODE) &&
           now - switch_since(SWITCH_HOTFIX_MODE) < HOTFIX_WATCH_S * US_PER_S;
}

struct switch_state switch_state(struct arena *arena, enum switch_id id)
{
    pthread_mutex_lock(&switches.lock);
    const struct kept *kept = &switches.kept[id];
    struct switch_state state = {
        .value = switch_number(id),
        .source = kept->source,
        .since = switch_since(id),
        .until = kept->until,
        .by = arena_copy(arena, slice_from(kept->by)),
        .reason = arena_copy(arena, slice_from(kept->reason)),
        .message = arena_copy(arena, slice_from(kept->message)),
    };
    pthread_mutex_unlock(&switches.lock);
    return state;
}

/* ---- modes ---- */

enum mode switches_mode(void)
{
    return switch_on(SWITCH_RECOVERY_MODE)                                           ? MODE_RECOVERY
           : switch_on(SWITCH_SECURITY_LOCKDOWN) || switch_on(SWITCH_EMERGENCY_MODE) ? MODE_LOCKDOWN
           : switch_on(SWITCH_MAINTENANCE_MODE) ? MODE_MAINTENANCE
           : switch_on(SWITCH_READ_ONLY_MODE)   ? MODE_READ_ONLY
                                                : MODE_NORMAL;
}

const char *mode_name(enum mode mode)
{
    static const char *const names[] = { "normal", "read-only", "maintenance", "lockdown",
                                         "recovery" };
    return names[mode];
}

bool switches_stop_reading(void)
{
    return switch_on(SWITCH_MAINTENANCE_MODE) || switch_on(SWITCH_EMERGENCY_MODE) ||
           switch_on(SWITCH_RECOVERY_MODE);
}

static const enum switch_id stopping[] = { SWITCH_MAINTENANCE_MODE, SWITCH_READ_ONLY_MODE,
                                           SWITCH_SECURITY_LOCKDOWN, SWITCH_RECOVERY_MODE,
                                           SWITCH_EMERGENCY_MODE };

static utime earlier(utime a, utime b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

utime switches_stopped_since(void)
{
    utime first = 0;
    for (size_t i = 0; i < ARRAY_LEN(stopping); i++) {
        first = earlier(first, switch_on(stopping[i]) ? switch_since(stopping[i]) : 0);
    }
    return first;
}

utime switches_stopped_here_since(void)
{
    utime first = 0;
    pthread_mutex_lock(&switches.lock);
    for (size_t i = 0; i < ARRAY_LEN(stopping); i++) {
        enum switch_id id = stopping[i];
        bool is_here = switches.kept[id].source == SWITCH_FROM_ENVIRONMENT && switch_on(id);
        first = earlier(first, is_here ? switch_since(id) : 0);
    }
    pthread_mutex_unlock(&switches.lock);
    return first;
}

/* ---- knowing ---- */

static void keep_text(char into[static SWITCH_TEXT_MAX], struct slice text)
{
    size_t len = text.len < SWITCH_TEXT_MAX - 1 ? text.len : SWITCH_TEXT_MAX - 1;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80) {
        len--; /* not in the middle of a character */
    }
    if (len > 0) {
        memcpy(into, text.ptr, len);
    }
    into[len] = '\0';
}

/* Under the lock; true when it is another value, or the order of another moment. */
static bool put(enum switch_id id, int64_t value, utime since)
{
    bool is_other = switch_number(id) != value || switch_since(id) != since;
    atomic_store_explicit(&switches.since[id], since, memory_order_relaxed);
    atomic_store_explicit(&switches.values[id], value, memory_order_relaxed);
    return is_other;
}

/* Under the lock: what is in effect without an order. */
static bool fall_back(enum switch_id id)
{
    bool has_environment = switches.has_environment[id];
    switches.kept[id] =
        (struct kept){ .source = has_environment ? SWITCH_FROM_ENVIRONMENT : SWITCH_FROM_DEFAULT };
    return put(id, has_environment ? switches.environment[id] : 0,
               has_environment ? switches.started_at : 0);
}

enum error switches_start(struct faults *faults)
{
    size_t before = faults->count;
    pthread_mutex_lock(&switches.lock);
    switches.started_at = utime_now();
    atomic_store(&switches.is_loaded, false);
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        enum switch_id id = (enum switch_id)i;
        struct slice text = slice_from(getenv(infos[id].name));
        bool is_good = switch_parse(id, text, &switches.environment[id]) == OK;
        switches.has_environment[id] = text.len > 0 && is_good && infos[id].type != SWITCH_TRIGGER;
        if (text.len > 0 && !is_good) {
            fault_add(faults, slice_from(infos[id].name), "%s (environment)",
                      infos[id].type == SWITCH_NUMBER ? "must be a whole number within its bounds"
                                                      : "must be on or off");
        }
        fall_back(id);
    }
    pthread_mutex_unlock(&switches.lock);
    return faults->count > before ? refuse(faults, E_INVALID, "some switches are not acceptable")
                                  : OK;
}

uint64_t switches_apply(const struct switch_order *orders, size_t count, utime now)
{
    uint64_t changed = 0;
    uint64_t ordered = 0;
    pthread_mutex_lock(&switches.lock);
    for (size_t i = 0; i < count; i++) {
        const struct switch_order *order = &orders[i];
        uint64_t bit = UINT64_C(1) << order->id;
        if (order->until != 0 && order->until <= now) {
            continue;
        }
        struct kept *kept = &switches.kept[order->id];
        kept->source = SWITCH_FROM_ORDER;
        kept->until = order->until;
        keep_text(kept->by, order->by);
        keep_text(kept->reason, order->reason);
        keep_text(kept->message, order->message);
        changed |= put(order->id, order->value, order->since) ? bit : 0;
        ordered |= bit;
    }
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        uint64_t bit = UINT64_C(1) << i;
        if ((ordered & bit) == 0 && switches.kept[i].source == SWITCH_FROM_ORDER) {
            changed |= fall_back((enum switch_id)i) ? bit : 0;
        }
    }
    pthread_mutex_unlock(&switches.lock);
    return changed;
}

/* Without a database: what was ordered for a time ends in time. */
static uint64_t end_in_time(utime now)
{
    uint64_t changed = 0;
    pthread_mutex_lock(&switches.lock);
    for (size_t i = 0; i < SWITCH_COUNT; i++) {
        const struct kept *kept = &switches.kept[i];
        if (kept->source == SWITCH_FROM_ORDER && kept->until != 0 && kept->until <= now) {
            changed |= fall_back((enum switch_id)i) ? UINT64_C(1) << i : 0;
        }
    }
    pthread_mutex_unlock(&switches.lock);
    return changed;
}

/* False: a switch of another version of the program, or a value that this one does not take. */
static bool read_order(const struct rows *rows, size_t row, struct switch_order *ret_order)
{
    enum switch_id id = switch_find(rows_text(rows, row, "key"));
    int64_t value = 0;
    if (id == SWITCH_COUNT || switch_parse(id, rows_text(rows, row, "value"), &value) != OK) {
        return false;
    }
    *ret_order = (struct switch_order){
        .id = id,
        .value = value,
        .since = rows_time(rows, row, "set_at"),
        .until = rows_time(rows, row, "expires_at"),
        .by = rows_text(rows, row, "by"),
        .reason = rows_text(rows, row, "reason"),
        .message = rows_text(rows, row, "message"),
    };
    return true;
}

enum error switches_load(utime now, uint64_t *ret_changed, bool *ret_has_expired)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct rows rows = { 0 };
    *ret_has_expired = false;
    enum error error = db_read(&arena, SQL_OPS_SWITCHES, NO_PARAMS, &rows);
    if (error != OK) {
        *ret_changed = end_in_time(now);
        return error;
    }
    struct switch_order *orders = ARENA_ARRAY(&arena, ORDERS_MAX, struct switch_order);
    size_t count = 0;
    for (size_t i = 0; i < rows.count && count < ORDERS_MAX; i++) {
        if (rows_bool(&rows, i, "is_over")) {
            *ret_has_expired = true; /* by the database's clock, which all nodes share */
        } else if (read_order(&rows, i, &orders[count])) {
            count++;
        }
    }
    *ret_changed = switches_apply(orders, count, INT64_MIN);
    atomic_store(&switches.is_loaded, true);
    return OK;
}

bool switches_are_loaded(void)
{
    return atomic_load(&switches.is_loaded);
}
