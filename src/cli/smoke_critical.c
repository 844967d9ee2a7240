#include "cli/smoke_critical.h"

#include <inttypes.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/checks.h"
#include "cli/throwaway.h"

enum { PEOPLE = 4, PICKS_MAX = 200 };

#define PASSWORD "the critical path"

struct path {
    struct cli *cli;
    struct checks checks;
    struct throwaway instance;
    struct call people[PEOPLE];
    int64_t teams[PEOPLE];
    int64_t league_id, draft_id;
    struct slice invite;
    bool is_broken; /* what follows needs what failed */
};

static struct slice text(struct path *path, const char *format, ...) PRINTF_LIKE(2, 3);
static struct slice text(struct path *path, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct slice made = arena_vformat(path->cli->arena, format, args);
    va_end(args);
    return made;
}

/* One call as person `who`; NULL and a broken path when it is not answered with success. */
static json_t *ask(struct path *path, size_t who, const char *method, struct slice where,
                   struct slice body)
{
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    if (path->is_broken) {
        return NULL;
    }
    if (call_expect(&path->people[who], method, where.ptr, body, &reply, &json) != OK) {
        path->is_broken = true;
        return NULL;
    }
    return json;
}

static int64_t number_at(struct path *path, const json_t *json, const char *member)
{
    int64_t value = 0;
    if (json == NULL || slice_to_int(json_at(path->cli->arena, json, member), &value) != OK) {
        path->is_broken = true;
    }
    return value;
}

/* ---- the steps: each says what it did, or nothing when the path broke ---- */

static struct slice instance_starts(struct path *path)
{
    static const char *const season[] = { "import", "sample", NULL };
    path->is_broken = throwaway_start(path->cli, &path->instance) != OK ||
                      throwaway_run(&path->instance, season) != OK;
    return path->is_broken ? S("") : text(path, "%s", path->instance.url);
}

static void enter(struct path *path, size_t who, const char *where, struct slice body)
{
    json_t *json = ask(path, who, "POST", slice_from(where), body);
    if (json != NULL) {
        path->people[who].csrf = json_at(path->cli->arena, json, "csrfToken");
    }
}

static struct slice accounts_are_made(struct path *path)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        path->people[i] = (struct call){ .cli = path->cli };
        if (call_open(path->cli, &path->people[i]) != OK) {
            path->is_broken = true;
            return S("");
        }
        path->people[i].base = path->instance.url;
        enter(path, i, "/api/auth/register",
              text(path,
                   "{\"email\":\"person%zu@example.invalid\",\"password\":\"" PASSWORD
                   "\",\"displayName\":\"Person %zu\"}",
                   i, i));
    }
    return S("4 accounts");
}

static struct slice person_signs_in(struct path *path)
{
    ask(path, 0, "POST", S("/api/auth/logout"), S(""));
    path->people[0].csrf = S("");
    enter(path, 0, "/api/auth/login",
          S("{\"email\":\"person0@example.invalid\",\"password\":\"" PASSWORD "\"}"));
    json_t *me = ask(path, 0, "GET", S("/api/auth/me"), S(""));
    return text(path, "signed out and in again as %.*s",
                FMT(json_at(path->cli->arena, me, "displayName")));
}

static struct slice league_is_made(struct path *path)
{
    json_t *made =
        ask(path, 0, "POST", S("/api/leagues"),
            S("{\"name\":\"Critical path\",\"teamName\":\"Team 0\",\"settings\":{\"maxTeams\":4,"
              "\"playoffTeams\":4,\"playoffStartWeek\":4,\"tradeDeadlineWeek\":3,\"rosterSlots\":["
              "{\"slot\":\"QB\",\"count\":1},{\"slot\":\"RB\",\"count\":1},{\"slot\":\"WR\","
              "\"count\":1},{\"slot\":\"FLEX\",\"count\":1},{\"slot\":\"BN\",\"count\":3},"
              "{\"slot\":\"IR\",\"count\":1}]}}"));
    path->league_id = number_at(path, made, "id");
    path->draft_id = number_at(path, made, "draftId");
    path->teams[0] = number_at(path, made, "myTeamId");
    json_t *invite =
        ask(path, 0, "POST", text(path, "/api/leagues/%" PRId64 "/invites", path->league_id),
            S("{\"uses\":3}"));
    path->invite = json_at(path->cli->arena, invite, "code");
    for (size_t i = 1; i < PEOPLE; i++) {
        json_t *joined =
            ask(path, i, "POST", text(path, "/api/leagues/%" PRId64 "/join", path->league_id),
                text(path, "{\"inviteCode\":\"%.*s\",\"teamName\":\"Team %zu\"}", FMT(path->invite),
                     i));
        path->teams[i] = number_at(path, joined, "team.id");
    }
    return S("made by one, joined by three");
}

static struct slice draft_is_held(struct path *path)
{
    ask(path, 0, "POST", text(path, "/api/draft/%" PRId64 "/control", path->draft_id),
        S("{\"action\":\"start\"}"));
    size_t picks = 0;
    bool is_running = true;
    while (is_running && !path->is_broken && picks < PICKS_MAX) {
        json_t *turn = ask(path, 0, "POST",
                           text(path, "/api/draft/%" PRId64 "/auto-pick", path->draft_id), S("{}"));
        is_running = slice_eq(json_at(path->cli->arena, turn, "draft.state"), S("running"));
        picks++;
    }
    json_t *draft = ask(path, 0, "GET", text(path, "/api/draft/%" PRId64, path->draft_id), S(""));
    struct slice state = json_at(path->cli->arena, draft, "state");
    if (!path->is_broken && !slice_eq(state, S("complete"))) {
        path->is_broken = true;
        refuse(&path->cli->faults, E_INVALID, "the draft is %.*s after %zu picks", FMT(state),
               picks);
    }
    return text(path, "%zu picks, complete", picks);
}

static struct slice lineup_is_set(struct path *path)
{
    struct slice where = text(path, "/api/teams/%" PRId64 "/lineup", path->teams[0]);
    json_t *best = ask(path, 0, "POST", text(path, "%.*s/optimal", FMT(where)), S("{}"));
    const json_t *slot = json_array_get(json_find(best, "slots"), 0);
    struct slice name = json_at(path->cli->arena, slot, "slot");
    ask(path, 0, "PUT", where,
        text(path, "{\"slots\":[{\"slot\":\"%.*s\",\"ordinal\":1,\"playerId\":%.*s}]}", FMT(name),
             FMT(json_at(path->cli->arena, slot, "player.player.id"))));
    return text(path, "the best one taken, %.*s set by hand", FMT(name));
}

static struct slice player_is_swapped(struct path *path)
{
    struct arena *arena = path->cli->arena;
    json_t *free_ones =
        ask(path, 0, "GET",
            text(path, "/api/players?leagueId=%" PRId64 "&availability=available&limit=1",
                 path->league_id),
            S(""));
    json_t *lineup =
        ask(path, 0, "GET", text(path, "/api/teams/%" PRId64 "/lineup", path->teams[0]), S(""));
    const json_t *add = json_array_get(json_find(free_ones, "players"), 0);
    const json_t *drop = json_array_get(json_find(lineup, "bench"), 0);
    json_t *moved =
        ask(path, 0, "POST", text(path, "/api/teams/%" PRId64 "/moves", path->teams[0]),
            text(path, "{\"addPlayerId\":%.*s,\"dropPlayerId\":%.*s}",
                 FMT(json_at(arena, add, "player.id")), FMT(json_at(arena, drop, "player.id"))));
    return text(path, "%.*s for %.*s", FMT(json_at(arena, moved, "added.name")),
                FMT(json_at(arena, moved, "dropped.name")));
}

static struct slice standings_are_shown(struct path *path)
{
    json_t *table = ask(path, 1, "GET",
                        text(path, "/api/leagues/%" PRId64 "/standings", path->league_id), S(""));
    return text(path, "seen by another member, %zu bytes of JSON",
                table == NULL ? 0 : json_object_size(table));
}

static struct slice ledger_holds(struct path *path)
{
    static const char *const verify[] = { "verify", "ledger", NULL };
    path->is_broken = path->is_broken || throwaway_run(&path->instance, verify) != OK;
    return S("every hash made again, every invariant holds");
}

static const struct {
    const char *name;
    struct slice (*take)(struct path *path);
} steps[] = {
    { "instance", instance_starts },     { "accounts", accounts_are_made },
    { "sign-in", person_signs_in },      { "league", league_is_made },
    { "draft", draft_is_held },          { "lineup", lineup_is_set },
    { "free agent", player_is_swapped }, { "standings", standings_are_shown },
    { "ledger", ledger_holds },
};

int smoke_critical(struct cli *cli)
{
    struct path path = { .cli = cli, .checks = { .cli = cli, .title = "critical path" } };
    if (cli_has(cli, "url")) {
        return cli_fail(cli, refuse(&cli->faults, E_FORBIDDEN,
                                    "--critical makes people and a league that could never be "
                                    "removed: it runs on an instance of its own, not on --url"));
    }
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        struct mono began = mono_now();
        if (path.is_broken) {
            check_add(&path.checks, steps[i].name, CHECK_SKIPPED, "needs what failed before");
            continue;
        }
        struct slice said = steps[i].take(&path);
        if (path.is_broken) {
            check_refused(&path.checks, steps[i].name);
        } else {
            check_add(&path.checks, steps[i].name, CHECK_GOOD, "%.*s", FMT(said));
        }
        check_took(&path.checks, mono_now().us - began.us);
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        call_done(&path.people[i]);
    }
    throwaway_done(&path.instance);
    return checks_print(&path.checks);
}
