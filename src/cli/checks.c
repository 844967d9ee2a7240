#include "cli/checks.h"

#include <inttypes.h>
#include <stdarg.h>

#include "base/check.h"
#include "base/json.h"

static const char *const words[] = { [CHECK_GOOD] = "ok",
                                     [CHECK_SKIPPED] = "skipped",
                                     [CHECK_WARNING] = "warning",
                                     [CHECK_BAD] = "failed" };

void check_add(struct checks *checks, const char *name, enum check_state state, const char *format,
               ...)
{
    va_list args;
    CHECK(checks->count < CHECKS_MAX);
    va_start(args, format);
    checks->list[checks->count++] =
        (struct check_result){ .name = name,
                               .state = state,
                               .said = arena_vformat(checks->cli->arena, format, args),
                               .hint = S(""),
                               .us = -1 };
    va_end(args);
}

void check_hint(struct checks *checks, const char *format, ...)
{
    va_list args;
    CHECK(checks->count > 0);
    va_start(args, format);
    checks->list[checks->count - 1].hint = arena_vformat(checks->cli->arena, format, args);
    va_end(args);
}

void check_took(struct checks *checks, int64_t us)
{
    CHECK(checks->count > 0);
    checks->list[checks->count - 1].us = us;
}

void check_refused(struct checks *checks, const char *name)
{
    struct faults *faults = &checks->cli->faults;
    struct slice detail = faults->detail.len > 0
                              ? faults->detail
                              : slice_from(faults->error == OK ? "it could not be looked at"
                                                               : error_info(faults->error)->title);
    check_add(checks, name, CHECK_BAD, "%.*s", FMT(detail));
    *faults = (struct faults){ .arena = faults->arena };
}

static size_t count_of(const struct checks *checks, enum check_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < checks->count; i++) {
        count += checks->list[i].state == state;
    }
    return count;
}

static enum check_state worst(const struct checks *checks)
{
    return count_of(checks, CHECK_BAD) > 0       ? CHECK_BAD
           : count_of(checks, CHECK_WARNING) > 0 ? CHECK_WARNING
                                                 : CHECK_GOOD;
}

void checks_json(const struct checks *checks, struct json *json)
{
    static const char *const states[] = { [CHECK_GOOD] = "ok",
                                          [CHECK_SKIPPED] = "ok",
                                          [CHECK_WARNING] = "degraded",
                                          [CHECK_BAD] = "failed" };
    json_member_text(json, S("status"), slice_from(states[worst(checks)]));
    json_key(json, S("checks"));
    json_open_array(json);
    for (size_t i = 0; i < checks->count; i++) {
        const struct check_result *check = &checks->list[i];
        json_open_object(json);
        json_member_text(json, S("name"), slice_from(check->name));
        json_member_text(json, S("status"), slice_from(words[check->state]));
        json_member_text(json, S("detail"), check->said);
        if (check->hint.len > 0) {
            json_member_text(json, S("hint"), check->hint);
        } else {
            json_member_null(json, S("hint"));
        }
        if (check->us >= 0) {
            json_member_raw(json, S("ms"),
                            arena_format(checks->cli->arena, "%" PRId64 ".%03" PRId64,
                                         check->us / US_PER_MS, check->us % US_PER_MS));
        } else {
            json_member_null(json, S("ms"));
        }
        json_close_object(json);
    }
    json_close_array(json);
}

int checks_print(struct checks *checks)
{
    static const int codes[] = { [CHECK_GOOD] = EXIT_OK,
                                 [CHECK_SKIPPED] = EXIT_OK,
                                 [CHECK_WARNING] = EXIT_DEGRADED,
                                 [CHECK_BAD] = EXIT_FAILED };
    int code = codes[worst(checks)];
    if (checks->cli->is_json) {
        struct json json;
        json_init(&json, checks->cli->arena);
        json_open_object(&json);
        checks_json(checks, &json);
        json_close_object(&json);
        cli_print("%.*s\n", FMT(json_done(&json)));
        return code;
    }
    for (size_t i = 0; i < checks->count; i++) {
        const struct check_result *check = &checks->list[i];
        cli_print("%-8s %-22s %.*s\n", words[check->state], check->name, FMT(check->said));
        if (checks->has_hints && check->state >= CHECK_WARNING && check->hint.len > 0) {
            cli_print("%32s-> %.*s\n", "", FMT(check->hint));
        }
    }
    cli_print("%s: %zu ok", checks->title, count_of(checks, CHECK_GOOD));
    for (enum check_state state = CHECK_SKIPPED; state <= CHECK_BAD; state++) {
        if (count_of(checks, state) > 0) {
            cli_print(", %zu %s%s", count_of(checks, state), words[state],
                      state == CHECK_WARNING && count_of(checks, state) > 1 ? "s" : "");
        }
    }
    cli_print("\n");
    return code;
}
