#include "cli/up_switch.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/deploy.h"
#include "ops/generation.h"
#include "ops/mark.h"
#include "ops/release.h"

enum {
    START_US = 120 * 1000000, /* for a new generation to start and be ready */
    GATE_TIMES = 3,           /* how often in a row it must say that it is ready */
    GATE_US = 100 * 1000,     /* between two questions */
    DRAIN_US = 30 * 1000000,  /* for the old one to answer what it has */
    TEND_US = 1000000,
    ERRORS_PERCENT_MAX = 1,
    ENV_MAX = 32,
    NOTE_US = 60 * 1000000,
};
#define BUILT_IN "built-in"

static void set_generation(struct generation *to, struct slice release, const char *program)
{
    snprintf(to->release, sizeof(to->release), "%.*s", FMT(release));
    to->program = program;
}

void up_switch_init(struct up_switch *own)
{
    struct release current = { 0 };
    struct faults unsaid = { .arena = own->cli->arena };
    own->channel = -1;
    set_generation(&own->now, S(BUILT_IN), own->program);
    struct release mine = release_own(own->cli->arena);
    if (mine.id.len > 0) {
        set_generation(&own->now, mine.id, own->program);
    }
    if (release_find(own->data, S("previous"), &unsaid, &current) == OK) {
        set_generation(&own->before, current.id, current.program);
    }
}

/* ---- starting a generation ---- */

struct candidate {
    pid_t pid;
    int channel;
};

static enum error launch(struct up_switch *own, const struct generation *generation,
                         struct candidate *ret_candidate)
{
    struct faults *faults = &own->cli->faults;
    int ends[2];
    if (!generation_channel(ends)) {
        return refuse(faults, E_FILE, "cannot make a channel: %s", strerror(errno));
    }
    const char *env[ENV_MAX] = { 0 };
    size_t count = 0;
    while (own->spec->env[count] != NULL) {
        CHECK(count < ENV_MAX - 2);
        env[count] = own->spec->env[count];
        count++;
    }
    env[count] = arena_format(own->cli->arena, GENERATION_VARIABLE "=%s", generation->release).ptr;
    const char *const argv[] = { generation->program, "serve", NULL };
    struct process_spec spec = *own->spec;
    spec.argv = argv;
    spec.env = env;
    spec.control_fd = ends[1];
    struct candidate candidate = { .channel = ends[0] };
    enum error error = process_start(&spec, faults, &candidate.pid);
    close(ends[1]);
    if (error != OK) {
        close(ends[0]);
        return error;
    }
    *ret_candidate = candidate;
    return OK;
}

static void become(struct up_switch *own, struct candidate candidate)
{
    if (own->channel >= 0) {
        close(own->channel);
    }
    own->channel = candidate.channel;
    own->figures = (struct figures){ 0 };
    *own->pid = candidate.pid;
}

enum error up_switch_start(struct up_switch *own)
{
    struct candidate candidate = { 0 };
    TRY(launch(own, &own->now, &candidate));
    generation_say(candidate.channel, SAY_ACCEPT, 0, 0);
    become(own, candidate);
    return OK;
}

/* ---- the watch ---- */

static void watch_begin(struct up_switch *own, int64_t seconds)
{
    struct mono now = mono_now();
    own->watch = (struct watch_over){ .until.us = now.us + seconds * US_PER_S, .accepted_at = now };
}

static bool is_too_much(struct figures from, struct figures to)
{
    uint64_t requests = to.requests - from.requests;
    uint64_t errors = to.errors - from.errors;
    return requests >= WATCHED_REQUESTS_MIN && errors * 100 > requests * ERRORS_PERCENT_MAX;
}

/* More than 1 % of what it answered in the last minute, or since it accepts. */
static bool has_too_many_errors(struct up_switch *own)
{
    struct watch_over *watch = &own->watch;
    int64_t second = (mono_now().us - watch->accepted_at.us) / US_PER_S;
    for (; watch->second < second; watch->second++) {
        watch->slots[(watch->second + 1) % WATCH_SLOTS] = own->figures;
    }
    struct figures minute_ago =
        second < WATCH_SLOTS ? watch->at_start : watch->slots[(second + 1) % WATCH_SLOTS];
    return is_too_much(minute_ago, own->figures);
}

/* The database is told by a command of ours: `up` itself has no connection of its own. */
static void note(struct up_switch *own, const struct generation *from, int64_t us)
{
    struct arena *arena = own->cli->arena;
    struct faults unsaid = { .arena = arena };
    const char *const argv[] = {
        own->program,
        "releases",
        "note",
        "--kind",
        "auto_rollback",
        "--release",
        own->now.release,
        "--from",
        from->release,
        "--detail",
        own->trouble,
        "--milliseconds",
        arena_format(arena, "%" PRId64, us / US_PER_MS).ptr,
        "--data",
        own->data,
        NULL,
    };
    struct process_spec spec = {
        .name = "releases note", .argv = argv, .env = own->spec->env, .death_signal = SIGKILL
    };
    pid_t pid = 0;
    int status = 0;
    int64_t deadline = mono_now().us + NOTE_US;
    if (process_start(&spec, &unsaid, &pid) != OK) {
        return;
    }
    while (!process_ended(pid, 0, &status)) {
        if (mono_now().us > deadline || !own->carry_on(own->up)) {
            process_stop(pid, SIGKILL, US_PER_S);
            return;
        }
    }
}

static void tell_log(void *thing, struct slice step)
{
    (void)thing;
    cli_print("  %.*s\n", FMT(step));
}

/* After going back by ourselves there is no way back to what was bad, but by its name. */
static void forget(struct up_switch *own)
{
    struct faults unsaid = { .arena = own->cli->arena };
    own->before.program = NULL;
    if (release_forget_previous(own->data, &unsaid) != OK) {
        cli_print("%.*s\n", FMT(unsaid.detail));
    }
}

static void roll_back(struct up_switch *own)
{
    const struct generation bad = own->now;
    const struct switch_wish wish = { .to = own->before, .is_automatic = true, .tell = tell_log };
    struct switch_done done = { 0 };
    own->watch.until.us = 0;
    if (own->before.program == NULL) {
        return;
    }
    cli_print("%s: going back from release %s to %s\n", own->trouble, bad.release,
              own->before.release);
    enum error error = up_switch_to(own, &wish, &done);
    if (error == OK) {
        cli_print("release %s serves again\n", own->now.release);
        forget(own);
        note(own, &bad, done.ready_us);
    } else {
        cli_print("could not go back: %.*s\n", FMT(own->cli->faults.detail));
    }
}

static bool is_watched(const struct up_switch *own)
{
    return own->watch.until.us > mono_now().us && own->before.program != NULL && !own->is_switching;
}

/* It died while it was watched: nothing serves, so the one before starts at once; what waits in the
 * listening socket is answered by it. */
static void come_back(struct up_switch *own)
{
    const struct generation bad = own->now;
    struct mono began = mono_now();
    struct faults unsaid = { .arena = own->cli->arena };
    snprintf(own->trouble, sizeof(own->trouble), "it ended by itself while it was watched");
    cli_print("release %s ended by itself: going back to %s\n", bad.release, own->before.release);
    own->watch.until.us = 0;
    own->now = own->before;
    own->before = bad;
    bool is_release = !slice_eq(slice_from(own->now.release), S(BUILT_IN));
    enum error error =
        release_make_current(own->data, is_release ? slice_from(own->now.release) : S(""), &unsaid);
    if (error == OK && up_switch_start(own) == OK) {
        forget(own);
        note(own, &bad, mono_now().us - began.us);
    }
}

void up_switch_ended(struct up_switch *own)
{
    if (own->channel >= 0) {
        close(own->channel);
        own->channel = -1;
    }
    if (is_watched(own)) {
        come_back(own);
    }
}

void up_switch_hear(struct up_switch *own)
{
    for (;;) {
        struct said said = own->channel < 0 ? (struct said){ 0 } : generation_hear(own->channel);
        if (said.what == SAY_FIGURES) {
            own->figures = (struct figures){ .requests = said.first, .errors = said.second };
        }
        if (said.is_over) {
            close(own->channel);
            own->channel = -1;
        }
        if (said.what == SAY_NOTHING) {
            return;
        }
    }
}

int64_t up_switch_tend(struct up_switch *own)
{
    up_switch_hear(own);
    if (is_watched(own) && has_too_many_errors(own)) {
        snprintf(own->trouble, sizeof(own->trouble),
                 "more than %d %% of its answers were errors (%" PRIu64 " of %" PRIu64 ")",
                 ERRORS_PERCENT_MAX, own->figures.errors, own->figures.requests);
        roll_back(own);
    }
    return TEND_US;
}

/* ---- a switch ---- */

static enum error died(struct up_switch *own, const struct generation *to, int status)
{
    struct faults *faults = &own->cli->faults;
    return refuse(
        faults, E_UNAVAILABLE,
        "release %s ended with %.*s before it was ready; %s says why. The old one serves on",
        to->release, FMT(process_status_print(faults->arena, status)), own->spec->log);
}

/* Until it has said three times in a row that it is ready. */
static enum error gate(struct up_switch *own, const struct generation *to,
                       struct candidate *candidate)
{
    struct faults *faults = &own->cli->faults;
    int64_t deadline = mono_now().us + START_US;
    int64_t ask_at = 0;
    int times = 0;
    uint64_t last = 0;
    bool is_started = false;
    while (times < GATE_TIMES) {
        int status = 0;
        struct said said = generation_hear(candidate->channel);
        if (process_ended(candidate->pid, 0, &status)) {
            candidate->pid = 0;
            return died(own, to, status);
        }
        if (said.what == SAY_STARTED) {
            is_started = true;
        } else if (said.what == SAY_READY) {
            last = said.first;
            times = said.first == 200 ? times + 1 : 0;
            ask_at = mono_now().us + GATE_US;
            continue;
        }
        if (is_started && mono_now().us >= ask_at) {
            generation_say(candidate->channel, SAY_READY, 0, 0);
            ask_at = mono_now().us + START_US; /* not again before it has answered */
        }
        if (mono_now().us > deadline) {
            return refuse(faults, E_TIMEOUT,
                          "release %s is not ready (%s %" PRIu64 "); see %s. The old one serves on",
                          to->release, is_started ? "its last answer was" : "it did not start;",
                          last, own->spec->log);
        }
        if (!own->carry_on(own->up)) {
            return refuse(faults, E_UNAVAILABLE, "astralfield up is stopping");
        }
    }
    return OK;
}

/* The old one answers what it has, and goes. */
static bool drain(struct up_switch *own, pid_t pid)
{
    int status = 0;
    int64_t deadline = mono_now().us + DRAIN_US;
    while (!process_ended(pid, 0, &status)) {
        if (mono_now().us > deadline || !own->carry_on(own->up)) {
            process_stop(pid, SIGKILL, US_PER_S);
            return false;
        }
    }
    kill(-pid, SIGKILL); /* what it left behind */
    return status == 0;
}

static void say(const struct switch_wish *wish, struct slice step)
{
    if (wish->tell != NULL) {
        wish->tell(wish->thing, step);
    }
}

static enum error change(struct up_switch *own, const struct switch_wish *wish,
                         struct switch_done *done)
{
    struct faults *faults = &own->cli->faults;
    struct mono began = mono_now();
    struct candidate candidate = { .channel = -1 };
    if (wish->mark.len > 0) {
        TRY(mark_restore_point(own->admin_url, wish->mark, faults, &done->marked));
        say(wish, arena_format(faults->arena, "restore point \"%.*s\" at %.*s", FMT(wish->mark),
                               FMT(done->marked)));
    }
    TRY(launch(own, &wish->to, &candidate));
    enum error error = gate(own, &wish->to, &candidate);
    if (error != OK) {
        if (candidate.pid != 0) {
            process_stop(candidate.pid, SIGKILL, US_PER_S);
        }
        close(candidate.channel);
        return error;
    }
    pid_t old = *own->pid;
    generation_say(candidate.channel, SAY_ACCEPT, 0, 0);
    done->ready_us = mono_now().us - began.us;
    become(own, candidate);
    bool is_same = slice_eq(slice_from(own->now.release), slice_from(wish->to.release));
    own->before = is_same ? own->before : own->now;
    own->now = wish->to;
    watch_begin(own, wish->watch_s);
    say(wish, arena_format(faults->arena, "release %s accepts after %" PRId64 " ms",
                           own->now.release, done->ready_us / US_PER_MS));
    done->was_clean = true;
    if (old != 0) {
        kill(old, SIGTERM);
        done->was_clean = drain(own, old);
    }
    done->whole_us = mono_now().us - began.us;
    say(wish, arena_format(faults->arena, "the old one has gone %s",
                           done->was_clean ? "with everything answered" : "and was cut off"));
    bool is_release = !slice_eq(slice_from(own->now.release), S(BUILT_IN));
    return release_make_current(own->data, is_release ? slice_from(own->now.release) : S(""),
                                faults);
}

enum error up_switch_to(struct up_switch *own, const struct switch_wish *wish,
                        struct switch_done *ret_done)
{
    struct switch_done done = { 0 };
    if (own->is_switching) {
        return refuse(&own->cli->faults, E_IN_USE, "another switch is under way");
    }
    own->is_switching = true;
    enum error error = change(own, wish, &done);
    own->is_switching = false;
    *ret_done = done;
    return error;
}
