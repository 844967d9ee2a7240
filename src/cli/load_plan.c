/* What a load test asks: profiles, and the addresses that the instance has. */
#include <inttypes.h>

#include "base/check.h"
#include "cli/call.h"
#include "cli/load.h"

const char load_profiles[] = "production, staging, load, stress, sunday, draft, waiver, mixed";

static const struct {
    const char *name;
    int64_t vus, seconds;
} profiles[] = {
    { "production", 25, 60 }, { "staging", 10, 30 }, { "load", 50, 120 },  { "stress", 100, 180 },
    { "sunday", 100, 60 },    { "draft", 48, 60 },   { "waiver", 50, 60 }, { "mixed", 25, 60 },
};

/* How often each is asked. %L is a public league, %D its draft. A column is a kind of profile. */
enum { MIXED, SUNDAY, DRAFT, WAIVER, KINDS };

static const struct {
    const char *name, *path;
    bool is_signed_in; /* needs an account */
    unsigned weights[KINDS];
} pages[] = {
    { .name = "health", .path = "/api/health", .weights = { 1, 1, 1, 1 } },
    { .name = "home page", .path = "/", .weights = { 2, 1, 1, 1 } },
    { .name = "session", .path = "/api/auth/session", .weights = { 3, 2, 2, 2 } },
    { .name = "leagues", .path = "/api/leagues", .weights = { 3, 1, 1, 1 } },
    { .name = "drafts", .path = "/api/draft", .weights = { 1, 0, 2, 0 } },
    { .name = "players", .path = "/api/players?limit=50", .weights = { 3, 1, 4, 8 } },
    { .name = "player search",
      .path = "/api/players/search?q=an&limit=20",
      .weights = { 2, 1, 4, 6 } },
    { .name = "league", .path = "/api/leagues/%L", .weights = { 3, 3, 1, 2 } },
    { .name = "standings", .path = "/api/leagues/%L/standings", .weights = { 4, 4, 0, 2 } },
    { .name = "matchups", .path = "/api/leagues/%L/matchups", .weights = { 4, 12, 0, 1 } },
    { .name = "activity", .path = "/api/leagues/%L/activity", .weights = { 1, 1, 1, 4 } },
    { .name = "draft room", .path = "/api/draft/%D", .weights = { 1, 0, 10, 0 } },
    { .name = "dashboard",
      .path = "/api/dashboard",
      .is_signed_in = true,
      .weights = { 3, 4, 1, 2 } },
    { .name = "own account",
      .path = "/api/users/me",
      .is_signed_in = true,
      .weights = { 2, 1, 1, 1 } },
};

static int kind_of(const char *profile)
{
    struct slice name = slice_from(profile);
    return slice_eq(name, S("sunday"))   ? SUNDAY
           : slice_eq(name, S("draft"))  ? DRAFT
           : slice_eq(name, S("waiver")) ? WAIVER
                                         : MIXED;
}

bool load_profile(const char *name, int64_t *ret_vus, int64_t *ret_seconds)
{
    for (size_t i = 0; i < ARRAY_LEN(profiles); i++) {
        if (slice_eq(slice_from(name), slice_from(profiles[i].name))) {
            *ret_vus = profiles[i].vus;
            *ret_seconds = profiles[i].seconds;
            return true;
        }
    }
    return false;
}

/* The path with its ids; NULL when the instance has no such thing. */
static const char *fill(struct arena *arena, const char *path, struct slice league,
                        struct slice draft)
{
    struct slice rest = slice_from(path);
    struct slice head = slice_cut(&rest, '%');
    if (rest.ptr == NULL) {
        return path;
    }
    struct slice id = rest.ptr[0] == 'L' ? league : draft;
    return id.len == 0 ? NULL
                       : arena_format(arena, "%.*s%.*s%.*s", FMT(head), FMT(id),
                                      (int)(rest.len - 1), rest.ptr + 1)
                             .ptr;
}

static enum error first_id(struct call *call, const char *path, const char *list,
                           struct slice *ret_id)
{
    struct call_reply reply = { 0 };
    json_t *json = NULL;
    TRY(call_expect(call, "GET", path, S(""), &reply, &json));
    *ret_id = json_at(call->cli->arena, json_array_get(json_find(json, list), 0), "id");
    return OK;
}

enum error load_targets(struct call *call, struct load_plan *plan)
{
    struct slice league = S(""), draft = S("");
    int kind = kind_of(plan->profile);
    TRY(first_id(call, "/api/leagues", "leagues", &league));
    TRY(first_id(call, "/api/draft", "drafts", &draft));
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const char *path = fill(call->cli->arena, pages[i].path, league, draft);
        if (path == NULL || pages[i].weights[kind] == 0 ||
            (pages[i].is_signed_in && plan->cookie.len == 0)) {
            continue;
        }
        plan->targets[plan->target_count++] = (struct load_target){
            .name = pages[i].name, .path = path, .weight = pages[i].weights[kind]
        };
    }
    return OK;
}
