#include "ops/notify.h"

#include <inttypes.h>

#include "base/check.h"

enum { ERROR_MAX = 900 };

const char *sink_name(enum sink sink)
{
    static const char *const names[SINK_COUNT] = { "slack", "webhook", "mail", "command" };
    CHECK(sink < SINK_COUNT);
    return names[sink];
}

bool sink_is_set(const struct config *settings, enum sink sink)
{
    switch (sink) {
    case SINK_SLACK:
        return settings->slack_webhook_url[0] != '\0';
    case SINK_WEBHOOK:
        return settings->alert_webhook_url[0] != '\0';
    case SINK_MAIL:
        return settings->smtp_url[0] != '\0' && settings->alert_mail_to[0] != '\0';
    case SINK_COMMAND:
        return settings->alert_command[0] != '\0';
    case SINK_COUNT:
        break;
    }
    CHECK(false);
    return false;
}

static struct param id_or_null(int64_t id)
{
    return id == 0 ? P_NULL : P_INT(id);
}

enum error notify_add(struct tx *tx, const struct config *settings, const struct message *message,
                      struct slice dedup, int64_t *ret_id)
{
    struct rows rows = { 0 };
    struct slice recipients = message->recipients.len == 0 ? S("[]") : message->recipients;
    TRY(tx_query(tx, SQL_ALERTS_MESSAGE_ADD,
                 PARAMS(P_TEXT(dedup), P_TIME(message->at), P_TEXT(slice_from(message->kind)),
                        P_TEXT(message->severity), P_TEXT(message->subject), P_TEXT(message->title),
                        P_TEXT(message->body), P_TEXT(recipients), id_or_null(message->alert_id),
                        id_or_null(message->incident_id), P_BOOL(message->is_simulation),
                        P_BOOL(message->is_test)),
                 &rows));
    int64_t id = rows.count == 0 ? 0 : rows_int(&rows, 0, "id");
    for (size_t sink = 0; sink < SINK_COUNT && id != 0; sink++) {
        if (sink_is_set(settings, (enum sink)sink)) {
            tx_send(tx, SQL_ALERTS_DELIVERY_ADD,
                    PARAMS(P_INT(id), P_TEXT(slice_from(sink_name((enum sink)sink))),
                           P_TIME(message->at + message->hold_s * US_PER_S)));
        }
    }
    if (ret_id != NULL) {
        *ret_id = id;
    }
    return OK;
}

/* ---- the queue ---- */

int64_t notify_pause_s(int64_t tries)
{
    int64_t pause = 2;
    for (int64_t i = 1; i < tries && pause < NOTIFY_PAUSE_MAX_S; i++) {
        pause *= 2;
    }
    return pause < NOTIFY_PAUSE_MAX_S ? pause : NOTIFY_PAUSE_MAX_S;
}

static const char *kind_name(struct slice kind)
{
    static const char *const kinds[] = { "firing", "resolved", "incident", "escalation",
                                         "note",   "page",     "test" };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (slice_eq(kind, slice_from(kinds[i]))) {
            return kinds[i];
        }
    }
    return "note";
}

static struct slice text_or_empty(struct slice text)
{
    return text.ptr == NULL ? S("") : text;
}

enum error notify_claim(struct arena *arena, enum sink sink, utime now, struct message *ret_message,
                        int64_t *ret_tries)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    struct slice name = slice_from(sink_name(sink));
    TRY(tx_begin(arena, &tx));
    tx_send(&tx, SQL_ALERTS_DELIVERY_ADOPT,
            PARAMS(P_TEXT(name), P_TIME(now), P_TIME(now - NOTIFY_ADOPT_S * US_PER_S)));
    TRY(tx_query(&tx, SQL_ALERTS_DELIVERY_CLAIM,
                 PARAMS(P_TEXT(name), P_TIME(now), P_TIME(now + NOTIFY_CLAIM_S * US_PER_S)),
                 &rows));
    TRY(tx_commit(&tx));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    *ret_message =
        (struct message){ .id = rows_int(&rows, 0, "id"),
                          .at = rows_time(&rows, 0, "at"),
                          .kind = kind_name(rows_text(&rows, 0, "kind")),
                          .severity = rows_text(&rows, 0, "severity"),
                          .subject = rows_text(&rows, 0, "subject"),
                          .title = rows_text(&rows, 0, "title"),
                          .body = rows_text(&rows, 0, "body"),
                          .recipients = rows_text(&rows, 0, "recipients"),
                          .incident_ref = text_or_empty(rows_text(&rows, 0, "incident_ref")),
                          .is_simulation = rows_bool(&rows, 0, "is_simulation"),
                          .is_test = rows_bool(&rows, 0, "is_test") };
    *ret_tries = rows_int(&rows, 0, "tries");
    return OK;
}

/* At most ERROR_MAX bytes, whole code points. */
static struct slice shortened(struct slice text)
{
    size_t len = text.len < ERROR_MAX ? text.len : ERROR_MAX;
    while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80) {
        len--;
    }
    return slice_from_to(text, 0, len);
}

enum error notify_record(struct arena *arena, const struct delivery *delivery, utime now)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    utime next = now + notify_pause_s(delivery->tries) * US_PER_S;
    bool is_over = now - delivery->message_at > NOTIFY_GIVE_UP_S * US_PER_S;
    const char *state = delivery->is_sent ? "sent" : is_over ? "failed" : "waiting";
    TRY(tx_begin(arena, &tx));
    tx_send(&tx, SQL_ALERTS_DELIVERY_SET,
            PARAMS(P_INT(delivery->message_id), P_TEXT(slice_from(sink_name(delivery->sink))),
                   P_TEXT(slice_from(state)), P_TIME(next),
                   delivery->is_sent ? P_NULL : P_TEXT(shortened(delivery->why)), P_TIME(now)));
    return tx_commit(&tx);
}
