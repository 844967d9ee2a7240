#include "cli/status_site.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/check.h"
#include "base/json.h"

enum { STALE_S = 120, TEXT_MAX = 500, STATE_BYTES_MAX = 256 * 1024 };
#define DAY_US (86400 * US_PER_S)

/* ---- reading what a server says ---- */

static struct slice text_of(struct arena *arena, const json_t *json, const char *key)
{
    const json_t *member = json_object_get(json, key);
    size_t len = json_string_length(member);
    return len == 0 || len > TEXT_MAX
               ? S("")
               : arena_copy(arena, (struct slice){ json_string_value(member), len });
}

static utime time_of(struct arena *arena, const json_t *json, const char *key)
{
    utime at = 0;
    return utime_parse(text_of(arena, json, key), &at) == OK ? at : 0;
}

static enum status_state state_of(struct slice word)
{
    for (size_t i = 0; i < STATUS_STATE_COUNT; i++) {
        if (slice_eq(word, slice_from(status_state_word((enum status_state)i)))) {
            return (enum status_state)i;
        }
    }
    return STATUS_UNKNOWN;
}

static void read_part(struct arena *arena, const json_t *json, struct status_view *view)
{
    struct slice key = text_of(arena, json, "key");
    const json_t *days = json_object_get(json, "days");
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        if (!slice_eq(key, slice_from(status_part_key((enum status_part_id)i)))) {
            continue;
        }
        struct status_part *part = &view->parts[i];
        part->state = state_of(text_of(arena, json, "status"));
        part->note = text_of(arena, json, "note");
        for (size_t k = 0; k < STATUS_DAYS; k++) {
            const json_t *day = json_array_get(days, k);
            int64_t all = json_integer_value(json_array_get(day, 1));
            int64_t good = json_integer_value(json_array_get(day, 0));
            bool is_sane = all >= 0 && all < INT32_MAX && good >= 0 && good <= all;
            part->days[k] = is_sane ? (struct status_day){ .good = good, .all = all }
                                    : (struct status_day){ 0 };
        }
    }
}

enum error status_read(struct arena *arena, const json_t *json, struct status_view *ret_view)
{
    const json_t *components = json_object_get(json, "components");
    const json_t *incidents = json_object_get(json, "incidents");
    struct status_view *view = ARENA_NEW(arena, struct status_view); /* large for a stack */
    view->seen_from = text_of(arena, json, "seenFrom");
    view->version = text_of(arena, json, "version");
    view->now = time_of(arena, json, "timestamp");
    view->at = time_of(arena, json, "measuredAt");
    view->facts_at = time_of(arena, json, "historyAt");
    if (!json_is_array(components) || !json_is_array(incidents) || view->now == 0) {
        return E_INVALID;
    }
    for (size_t i = 0; i < json_array_size(components); i++) {
        read_part(arena, json_array_get(components, i), view);
    }
    for (size_t i = 0; i < json_array_size(incidents) && i < STATUS_INCIDENTS_MAX; i++) {
        const json_t *one = json_array_get(incidents, i);
        view->incidents[view->incident_count++] = (struct status_incident){
            .severity = text_of(arena, one, "severity"),
            .title = text_of(arena, one, "title"),
            .is_over = json_is_true(json_object_get(one, "resolved")),
            .since = time_of(arena, one, "since"),
            .until = time_of(arena, one, "until"),
        };
    }
    *ret_view = *view;
    return OK;
}

/* ---- what was known before ---- */

static json_t *load(struct arena *arena, const char *dir, const char *name)
{
    char *text = arena_alloc(arena, STATE_BYTES_MAX);
    FILE *file = fopen(arena_format(arena, "%s/%s", dir, name).ptr, "re");
    size_t len = 0;
    if (file != NULL) {
        len = fread(text, 1, STATE_BYTES_MAX, file);
        fclose(file);
    }
    return len == 0 ? NULL : json_loadb(text, len, 0, NULL);
}

/* Days that have passed since a document was made move its days to the left. */
static void shift_days(struct status_view *view, utime now)
{
    int64_t passed = now / DAY_US - view->now / DAY_US;
    if (passed <= 0) {
        return;
    }
    size_t step = passed >= STATUS_DAYS ? STATUS_DAYS : (size_t)passed;
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        struct status_day *days = view->parts[i].days;
        memmove(days, days + step, (STATUS_DAYS - step) * sizeof(*days));
        memset(days + (STATUS_DAYS - step), 0, step * sizeof(*days));
    }
}

/* The server does not answer: its history stays, what it said of its parts is no longer known. */
static void forget_states(struct status_view *view, utime now)
{
    for (size_t i = 0; i < STATUS_PART_COUNT; i++) {
        view->parts[i].state = STATUS_UNKNOWN;
        view->parts[i].note = S("");
    }
    view->parts[STATUS_WEB].state = STATUS_BAD;
    view->parts[STATUS_WEB].note = S("It does not answer.");
    view->at = now;
}

static void judge_age(struct status_view *view)
{
    if (view->at == 0 || view->now - view->at > STALE_S * US_PER_S) {
        view->parts[STATUS_WEB].state = STATUS_FAIR;
        view->parts[STATUS_WEB].note = S("It answers, but has stopped to look at its parts.");
    }
}

/* ---- our own probes ---- */

struct probes {
    int64_t today;
    struct status_day days[STATUS_DAYS];
};

static void read_probes(const json_t *state, struct probes *probes)
{
    const json_t *list = json_object_get(state, "probes");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        int64_t ago = probes->today - json_integer_value(json_array_get(row, 0));
        if (ago >= 0 && ago < STATUS_DAYS) {
            probes->days[STATUS_DAYS - 1 - ago] =
                (struct status_day){ .good = json_integer_value(json_array_get(row, 1)),
                                     .all = json_integer_value(json_array_get(row, 2)) };
        }
    }
}

/* What was seen from outside counts more than what the server says of itself. */
static void use_probes(struct status_view *view, const struct probes *probes)
{
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        if (probes->days[i].all > 0) {
            view->parts[STATUS_WEB].days[i] = probes->days[i];
        }
    }
}

static struct slice state_text(struct arena *arena, const struct probes *probes,
                               struct slice last_answer)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_key(&json, S("probes")); /* day since 1970, answered, made */
    json_open_array(&json);
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        if (probes->days[i].all > 0) {
            json_open_array(&json);
            json_int(&json, probes->today - (STATUS_DAYS - 1 - (int64_t)i));
            json_int(&json, probes->days[i].good);
            json_int(&json, probes->days[i].all);
            json_close_array(&json);
        }
    }
    json_close_array(&json);
    if (last_answer.len > 0) {
        json_member_raw(&json, S("lastAnswer"), last_answer);
    }
    json_close_object(&json);
    return json_done(&json);
}

/* ---- writing ---- */

static enum error write_whole(struct cli *cli, const char *dir, const char *name, struct slice text)
{
    const char *path = arena_format(cli->arena, "%s/%s", dir, name).ptr;
    const char *part = arena_format(cli->arena, "%s/.%s.part", dir, name).ptr;
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    size_t done = 0;
    while (fd >= 0 && done < text.len) {
        ssize_t len = write(fd, text.ptr + done, text.len - done);
        if (len <= 0) {
            break;
        }
        done += (size_t)len;
    }
    bool is_good = fd >= 0 && done == text.len && fsync(fd) == 0;
    int why = errno;
    if (fd >= 0) {
        close(fd);
    }
    if (!is_good || rename(part, path) != 0) {
        why = is_good ? errno : why;
        unlink(part);
        return refuse(&cli->faults, E_FILE, "%s cannot be written: %s", path, strerror(why));
    }
    return OK;
}

static struct slice dump(struct arena *arena, const json_t *json)
{
    size_t len = json_dumpb(json, NULL, 0, JSON_COMPACT);
    char *text = arena_alloc(arena, len + 1);
    return (struct slice){ text, json_dumpb(json, text, len, JSON_COMPACT) };
}

enum error status_site_write(struct cli *cli, const char *dir, const json_t *answer, utime now,
                             bool is_dry, struct status_view *ret_view)
{
    struct arena *arena = cli->arena;
    struct status_view *view = ARENA_NEW(arena, struct status_view);
    struct probes probes = { .today = now / DAY_US };
    json_t *state = load(arena, dir, "state.json");
    const json_t *known = answer;
    bool answers = answer != NULL && status_read(arena, answer, view) == OK;
    if (!answers) {
        known = json_object_get(state, "lastAnswer");
        if (known == NULL || status_read(arena, known, view) != OK) {
            known = NULL;
            view->now = now;
        }
        shift_days(view, now);
        forget_states(view, now);
    } else {
        judge_age(view);
    }
    struct slice last = known == NULL ? S("") : dump(arena, known);
    read_probes(state, &probes);
    json_decref(state);
    probes.days[STATUS_DAYS - 1].all++;
    probes.days[STATUS_DAYS - 1].good += answers;
    use_probes(view, &probes);
    view->seen_from = S("outside");
    view->now = now;
    *ret_view = *view;
    if (is_dry) {
        return OK;
    }
    TRY(write_whole(cli, dir, "state.json", state_text(arena, &probes, last)));
    TRY(write_whole(cli, dir, "status.json", status_json(arena, view)));
    return write_whole(cli, dir, "index.html", status_html(arena, view, NULL));
}
