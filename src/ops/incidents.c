#include "ops/incidents.h"

#include <inttypes.h>

#include "base/check.h"
#include "ops/notify.h"
#include "ops/oncall.h"

#define MINUTE_US (60 * US_PER_S)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

enum { REF_DATE_LEN = 19, FRIDAY = 4, WEEK_DAYS = 7, DAYS_TO_MONDAY = 3, BODY_MAX = 7000 };

const char *const incident_severities[INCIDENT_SEVERITIES + 1] = { "P0", "P1", "P2", "P3", NULL };
const char *const incident_states[4] = { "open", "mitigated", "resolved", NULL };

int incident_severity(struct slice text)
{
    int severity = 0;
    while (severity < INCIDENT_SEVERITIES &&
           !slice_eq(text, slice_from(incident_severities[severity]))) {
        severity++;
    }
    return severity;
}

/* ---- clocks ---- */

/* 0 = Monday. */
static int64_t day_of_week(utime at)
{
    return (at / DAY_US + DAYS_TO_MONDAY) % WEEK_DAYS;
}

utime incident_respond_by(int severity, utime detected_at)
{
    static const int64_t first[] = { 15 * MINUTE_US, HOUR_US, 4 * HOUR_US };
    if (severity < (int)ARRAY_LEN(first)) {
        return detected_at + first[severity];
    }
    utime at = detected_at + DAY_US;
    while (day_of_week(at) > FRIDAY) {
        at += DAY_US;
    }
    return at;
}

utime incident_escalation_at(int severity, utime detected_at, int step)
{
    static const int64_t later[INCIDENT_STEPS] = { 0, 15 * MINUTE_US, 45 * MINUTE_US };
    return step < INCIDENT_STEPS ? incident_respond_by(severity, detected_at) + later[step] : 0;
}

/* ---- names ---- */

struct slice incident_new_ref(struct arena *arena, const char *prefix, utime now, struct slice salt)
{
    char text[UTIME_TEXT_MAX];
    struct slice at = utime_print(now, text);
    struct buffer out;
    buffer_init(&out, arena);
    buffer_format(&out, "%s-", prefix);
    for (size_t i = 0; i < REF_DATE_LEN && i < at.len; i++) {
        if (at.ptr[i] == 'T') {
            buffer_byte(&out, '-');
        } else if (at.ptr[i] >= '0' && at.ptr[i] <= '9') {
            buffer_byte(&out, at.ptr[i]);
        }
    }
    uint32_t hash = 2166136261u; /* FNV-1a: the salt itself may hold what a reference must not */
    for (size_t i = 0; i < salt.len; i++) {
        hash = (hash ^ (unsigned char)salt.ptr[i]) * 16777619u;
    }
    buffer_format(&out, "-%04x", hash & 0xffffu);
    return buffer_slice(&out);
}

bool incident_is_ref(struct slice text)
{
    size_t dash = slice_find(text, '-', 0);
    bool is_good = dash >= 2 && dash <= 5 && text.len > dash + 1 && text.len <= INCIDENT_REF_MAX;
    for (size_t i = 0; i < text.len && is_good; i++) {
        char c = text.ptr[i];
        bool is_upper = c >= 'A' && c <= 'Z';
        is_good = i < dash
                      ? is_upper
                      : is_upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    return is_good;
}

/* ---- opening ---- */

static struct param text_or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

static struct param id_or_null(int64_t id)
{
    return id == 0 ? P_NULL : P_INT(id);
}

static enum error add_note(struct tx *tx, int64_t id, const struct incident_act *act)
{
    struct rows rows = { 0 };
    if (act->text.len == 0) {
        return OK;
    }
    return tx_query(
        tx, SQL_OPS_INCIDENT_NOTE,
        PARAMS(P_INT(id), id_or_null(act->user_id), P_TIME(act->now), P_TEXT(act->text)), &rows);
}

/* At most BODY_MAX bytes, whole code points: what a message or mail carries of a text. */
static struct slice cut(struct slice text)
{
    size_t len = text.len < BODY_MAX ? text.len : BODY_MAX;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    return slice_from_to(text, 0, len);
}

/* Whoever is on call now hears of it; for a security incident who handles those too. */
static enum error tell(struct tx *tx, const struct config *settings,
                       const struct incident *incident, int64_t id)
{
    struct oncall roles[ROLE_COUNT];
    struct arena *arena = tx->arena;
    char by[UTIME_TEXT_MAX];
    TRY(oncall_read(arena, settings, roles));
    bool is_security = strcmp(incident->kind, "security") == 0;
    struct slice people[] = { oncall_now(&roles[ROLE_PRIMARY], incident->now),
                              is_security ? oncall_now(&roles[ROLE_SECURITY], incident->now)
                                          : S("") };
    const char *severity = incident_severities[incident->severity];
    utime respond_by = incident_respond_by(incident->severity, incident->detected_at);
    struct slice body = arena_format(
        arena, "%.*s\nDetected by %.*s. Answer until %.*s: `astralfield incident ack %.*s`.%s%.*s",
        FMT(cut(incident->description)), FMT(incident->detected_by),
        FMT(utime_print(respond_by, by)), FMT(incident->ref),
        people[0].len > 0 ? "\nOn call: " : "", FMT(people[0]));
    struct message message = { .at = incident->now,
                               .kind = "incident",
                               .severity = slice_from(severity),
                               .subject = S("incident"),
                               .title = arena_format(arena, "%s %.*s: %.*s", severity,
                                                     FMT(incident->ref), FMT(incident->title)),
                               .body = body,
                               .recipients = oncall_json(arena, people, ARRAY_LEN(people)),
                               .incident_id = id,
                               .is_simulation = strcmp(incident->kind, "simulation") == 0 };
    return notify_add(tx, settings, &message, arena_format(arena, "incident:%" PRId64, id), NULL);
}

enum error incident_store(struct tx *tx, const struct config *settings,
                          const struct incident *incident, int64_t *ret_id)
{
    struct rows rows = { 0 };
    const char *severity = incident_severities[incident->severity];
    TRY(tx_query(
        tx, SQL_OPS_INCIDENT_ADD,
        PARAMS(P_TEXT(incident->ref), P_TEXT(slice_from(incident->kind)),
               P_TEXT(slice_from(severity)), P_TEXT(incident->title),
               text_or_null(incident->description), P_TIME(incident->detected_at),
               P_TEXT(incident->detected_by), text_or_null(incident->responder),
               P_TIME(incident_escalation_at(incident->severity, incident->detected_at, 0)),
               text_or_null(incident->subject)),
        &rows));
    bool is_new = rows.count > 0;
    if (!is_new) {
        TRY(tx_query(tx, SQL_OPS_INCIDENT_FIND, PARAMS(P_TEXT(incident->ref)), &rows));
        if (rows.count == 0) {
            return E_CONFLICT; /* it went just now */
        }
    }
    int64_t id = rows_int(&rows, 0, "id");
    struct slice state = is_new ? S("open") : rows_text(&rows, 0, "state");
    state = incident->state == NULL ? state : slice_from(incident->state);
    TRY(tx_query(tx, SQL_OPS_INCIDENT_SET,
                 PARAMS(P_INT(id), P_TEXT(slice_from(severity)), P_TEXT(incident->title),
                        P_TEXT(state), text_or_null(incident->responder), P_TIME(incident->now)),
                 &rows));
    bool has_words = incident->description.len > 0;
    TRY(add_note(
        tx, id,
        &(struct incident_act){ .text = has_words ? incident->description : incident->title,
                                .user_id = incident->author_user_id,
                                .now = incident->now }));
    if (is_new && !incident->is_told) {
        TRY(tell(tx, settings, incident, id));
    }
    *ret_id = id;
    return OK;
}

/* ---- acts ---- */

static enum error find(struct tx *tx, const struct incident_act *act, struct rows *ret_rows)
{
    TRY(tx_query(tx, SQL_OPS_INCIDENT_FIND, PARAMS(P_TEXT(act->ref)), ret_rows));
    return ret_rows->count == 0 ? E_NOT_FOUND : OK;
}

enum error incident_note(struct tx *tx, const struct incident_act *act, int64_t *ret_id)
{
    struct rows rows = { 0 };
    TRY(find(tx, act, &rows));
    *ret_id = rows_int(&rows, 0, "id");
    return add_note(tx, *ret_id, act);
}

enum error incident_acknowledge(struct tx *tx, const struct incident_act *act, int64_t *ret_id)
{
    struct rows rows = { 0 };
    struct incident_act note = *act;
    TRY(find(tx, act, &rows));
    *ret_id = rows_int(&rows, 0, "id");
    note.text = arena_format(tx->arena, "Acknowledged by %.*s.%s%.*s", FMT(act->by),
                             act->text.len > 0 ? " " : "", FMT(act->text));
    TRY(tx_query(tx, SQL_ALERTS_INCIDENT_ACKNOWLEDGE,
                 PARAMS(P_INT(*ret_id), P_TIME(act->now), P_TEXT(act->by)), &rows));
    return rows.count > 0 ? add_note(tx, *ret_id, &note) : OK;
}

enum error incident_close(struct tx *tx, const struct incident_act *act, int64_t *ret_id)
{
    struct rows rows = { 0 };
    struct incident_act note = *act;
    TRY(find(tx, act, &rows));
    *ret_id = rows_int(&rows, 0, "id");
    if (slice_eq(rows_text(&rows, 0, "state"), S("resolved"))) {
        return OK;
    }
    note.text = arena_format(tx->arena, "Resolved by %.*s.%s%.*s", FMT(act->by),
                             act->text.len > 0 ? " " : "", FMT(act->text));
    TRY(tx_query(tx, SQL_OPS_INCIDENT_SET,
                 PARAMS(P_INT(*ret_id), P_TEXT(rows_text(&rows, 0, "severity")),
                        P_TEXT(rows_text(&rows, 0, "title")), P_TEXT(S("resolved")),
                        text_or_null(act->by), P_TIME(act->now)),
                 &rows));
    return add_note(tx, *ret_id, &note);
}

enum error incident_mitigate(struct tx *tx, int64_t id, struct slice text, utime now)
{
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_ALERTS_INCIDENT_MITIGATE, PARAMS(P_INT(id), P_TIME(now)), &rows));
    return rows.count == 0 ? OK
                           : add_note(tx, id, &(struct incident_act){ .text = text, .now = now });
}

/* ---- escalation ---- */

/* Who a step calls: the second contact; who knows about it; everybody. */
static size_t callees(const struct oncall roles[ROLE_COUNT], int step, bool is_security, utime now,
                      struct slice ret_people[ROLE_COUNT])
{
    size_t count = 0;
    if (step == 0) {
        ret_people[count++] = oncall_now(&roles[ROLE_SECONDARY], now);
    } else if (step == 1) {
        ret_people[count++] = oncall_now(&roles[ROLE_PRIMARY], now);
        ret_people[count++] = oncall_now(&roles[is_security ? ROLE_SECURITY : ROLE_DATABASE], now);
    } else {
        for (size_t role = 0; role < ROLE_COUNT; role++) {
            ret_people[count++] = oncall_now(&roles[role], now);
        }
    }
    return count;
}

static struct slice names(struct arena *arena, const struct slice *people, size_t count)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (size_t i = 0; i < count; i++) {
        if (people[i].len > 0) {
            buffer_format(&out, "%s%.*s", out.len > 0 ? ", " : "", FMT(people[i]));
        }
    }
    return out.len == 0 ? S("nobody is set: `astralfield oncall set`") : buffer_slice(&out);
}

static enum error escalate(struct tx *tx, const struct config *settings,
                           const struct oncall roles[ROLE_COUNT], const struct rows *rows,
                           size_t row, utime now)
{
    struct arena *arena = tx->arena;
    struct slice people[ROLE_COUNT];
    int64_t id = rows_int(rows, row, "id");
    int step = (int)rows_int(rows, row, "escalation_step");
    int severity = incident_severity(rows_text(rows, row, "severity"));
    struct slice kind = rows_text(rows, row, "kind");
    struct slice ref = rows_text(rows, row, "ref");
    utime detected_at = rows_time(rows, row, "detected_at");
    size_t count = callees(roles, step, slice_eq(kind, S("security")), now, people);
    utime next = incident_escalation_at(severity, detected_at, step + 1);
    struct message message = {
        .at = now,
        .kind = "escalation",
        .severity = rows_text(rows, row, "severity"),
        .subject = S("incident"),
        .title = arena_format(arena, "Nobody has acknowledged %.*s %.*s: %.*s",
                              FMT(rows_text(rows, row, "severity")), FMT(ref),
                              FMT(rows_text(rows, row, "title"))),
        .body = arena_format(arena,
                             "Open for %" PRId64 " minutes. Called now (step %d of %d): %.*s.\n"
                             "`astralfield incident ack %.*s` stops this.",
                             (now - detected_at) / MINUTE_US, step + 1, INCIDENT_STEPS,
                             FMT(names(arena, people, count)), FMT(ref)),
        .recipients = oncall_json(arena, people, count),
        .incident_id = id,
        .is_simulation = slice_eq(kind, S("simulation")),
    };
    TRY(notify_add(tx, settings, &message,
                   arena_format(arena, "escalation:%" PRId64 ":%d", id, step), NULL));
    tx_send(tx, SQL_ALERTS_ESCALATE_SET,
            PARAMS(P_INT(id), P_INT(step + 1), next == 0 ? P_NULL : P_TIME(next)));
    return OK;
}

enum error incidents_escalate(const struct config *settings, utime now, size_t *ret_count)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    struct oncall roles[ROLE_COUNT];
    TRY(db_read(&arena, SQL_ALERTS_ESCALATE_ANY, PARAMS(P_TIME(now)), &rows));
    if (!rows_bool(&rows, 0, "is_any")) {
        *ret_count = 0;
        return OK;
    }
    TRY(oncall_read(&arena, settings, roles));
    TRY(tx_begin(&arena, &tx));
    TRY(tx_query(&tx, SQL_ALERTS_ESCALATE_DUE, PARAMS(P_TIME(now)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        TRY(escalate(&tx, settings, roles, &rows, i, now));
    }
    TRY(tx_commit(&tx));
    *ret_count = rows.count;
    return OK;
}
