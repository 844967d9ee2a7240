#include "api/modes.h"

#include <inttypes.h>

#include "base/check.h"
#include "ops/switches.h"
#include "run/fiber.h"

enum { WAIT_MS = 10, RETRY_AFTER_S = 60, RETRY_AFTER_MAX_S = 3600 };

/* ---- words ---- */

/* The switch that speaks for an error: its message and its end are what users are told. */
static enum switch_id speaker(enum error error)
{
    switch ((int)error) {
    case E_RECOVERY:
        return SWITCH_RECOVERY_MODE;
    case E_READ_ONLY:
        return SWITCH_READ_ONLY_MODE;
    case E_LOCKDOWN:
        return switch_on(SWITCH_EMERGENCY_MODE) ? SWITCH_EMERGENCY_MODE : SWITCH_SECURITY_LOCKDOWN;
    default:
        return switch_on(SWITCH_EMERGENCY_MODE) ? SWITCH_EMERGENCY_MODE : SWITCH_MAINTENANCE_MODE;
    }
}

static void say_when(struct request *request, utime until)
{
    int64_t seconds = until == 0 ? RETRY_AFTER_S : (until - request->now) / US_PER_S + 1;
    seconds = seconds < 1 ? 1 : seconds > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : seconds;
    reply_header(request, S("Retry-After"), arena_format(request->arena, "%" PRId64, seconds));
}

static enum error say(struct request *request, enum error error)
{
    struct switch_state state = switch_state(request->arena, speaker(error));
    say_when(request, state.until);
    return state.message.len == 0 ? error
                                  : refuse(&request->faults, error, "%.*s", FMT(state.message));
}

/* ---- pages ---- */

enum error modes_page(struct request *request)
{
    if (!switches_stop_reading()) {
        if (switch_on(SWITCH_ADVANCED_CACHING)) {
            reply_cache_control(request, SHARED_PAGES);
        }
        return OK;
    }
    enum error error = switches_mode() == MODE_RECOVERY ? E_RECOVERY : E_MAINTENANCE;
    say_when(request, switch_state(request->arena, speaker(error)).until);
    return error;
}

/* ---- requests ---- */

bool modes_let_cached(void)
{
    return switches_are_loaded() && !switches_stop_reading();
}

/* Whether the caller may read, and listen. */
static enum error may_read(const struct caller *caller)
{
    if (switches_mode() == MODE_RECOVERY) {
        return E_RECOVERY;
    }
    if (switches_stop_reading() && !caller->is_operator) {
        return E_MAINTENANCE;
    }
    bool is_locked = switches_mode() == MODE_LOCKDOWN;
    return is_locked && caller->kind == CALLER_TOKEN && !caller->is_operator ? E_LOCKDOWN : OK;
}

static enum error may_write(const struct caller *caller)
{
    TRY(may_read(caller));
    return switches_mode() == MODE_LOCKDOWN   ? E_LOCKDOWN
           : switch_on(SWITCH_READ_ONLY_MODE) ? E_READ_ONLY
                                              : OK;
}

/* Sockets are closed by a lockdown, so none begins. */
static enum error may_listen(const struct caller *caller)
{
    TRY(may_read(caller));
    return switches_mode() == MODE_LOCKDOWN && !caller->is_operator ? E_LOCKDOWN : OK;
}

bool modes_let_listen(const struct caller *caller)
{
    return may_listen(caller) == OK;
}

static bool is_known_in_time(const struct app *app)
{
    int64_t left_ms = app->settings->db_acquire_timeout_ms;
    for (; !switches_are_loaded() && left_ms > 0; left_ms -= WAIT_MS) {
        fiber_sleep(WAIT_MS * US_PER_MS);
    }
    return switches_are_loaded();
}

enum error modes_check(struct request *request)
{
    const struct endpoint *row = request->endpoint;
    if (endpoint_stays(row)) {
        return OK;
    }
    if (!switches_are_loaded() && !is_known_in_time(request_app(request))) {
        return E_UNAVAILABLE;
    }
    enum mode mode = switches_mode();
    if (mode == MODE_NORMAL || (mode != MODE_RECOVERY && endpoint_is_door(row))) {
        return OK;
    }
    enum error error = row->is_upgrade             ? may_listen(&request->caller)
                       : row->method == METHOD_GET ? may_read(&request->caller)
                                                   : may_write(&request->caller);
    return error == OK ? OK : say(request, error);
}

/* ---- signing in ---- */

enum error modes_signed_in(struct request *request, enum error error, const struct signed_in *in)
{
    enum mode mode = switches_mode();
    if (mode == MODE_NORMAL || (error == OK && in->identity.is_operator)) {
        return error;
    }
    if (error != OK && error != E_CREDENTIALS) {
        return error;
    }
    if (error == OK) {
        struct owned_id session = { .user_id = in->identity.user_id, .id = in->identity.id };
        struct origin origin = request_origin(request);
        TRY(auth_end_session(request_app(request)->auth, request->arena, session, &origin));
    }
    struct caller nobody = { .kind = CALLER_ANONYMOUS };
    return say(request, may_write(&nobody));
}
