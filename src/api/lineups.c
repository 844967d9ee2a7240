/* Lineups and free agents: who starts, who comes, who goes. */
#include "api/areas.h"
#include "api/shapes.h"
#include "league/lineup.h"
#include "league/moves.h"

/* ---- shapes ---- */

#define LINE_MEMBERS                                                                               \
    REPLY("player", T_OBJECT, .of = &player_ref_reply, .required = true),                          \
        REPLY("points", T_POINTS, .required = true, .nullable = true,                              \
              .doc = "Null before his game."),                                                     \
        REPLY("projected", T_POINTS, .required = true, .nullable = true),                          \
        REPLY("game", T_OBJECT, .of = &game_reply, .required = true, .nullable = true,             \
              .doc = "Null on a bye."),                                                            \
        REPLY("isLocked", T_BOOLEAN, .required = true, .doc = "He cannot be moved any more.")

static const struct field line_fields[] = { LINE_MEMBERS };
const struct schema line_reply =
    REPLY_SCHEMA("Line", line_fields, "A player's part of a week's score.");

static const struct field line_player_fields[] = {
    LINE_MEMBERS,
    REPLY("locksAt", T_TIME, .required = true, .nullable = true,
          .doc = "Null where nothing will lock him."),
};
static const struct schema line_player =
    REPLY_SCHEMA("LinePlayer", line_player_fields, "A player of a team in one week.");

static const struct field lineup_slot_fields[] = {
    REPLY("slot", T_STRING, .required = true),
    REPLY("ordinal", T_INTEGER, .required = true, .doc = "1 is the first of its kind."),
    REPLY("eligible", T_ARRAY, .items = T_ENUM, .values = positions, .required = true),
    REPLY("player", T_OBJECT, .of = &line_player, .required = true, .nullable = true),
};
static const struct schema lineup_slot =
    REPLY_SCHEMA("LineupSlot", lineup_slot_fields, "A starting place and who has it.");

static const struct field lineup_fields[] = {
    REPLY("teamId", T_INTEGER, .required = true),
    REPLY("week", T_INTEGER, .required = true),
    REPLY("weekState", T_ENUM, .values = week_states, .required = true),
    REPLY("now", T_TIME, .required = true, .doc = "The league's clock, which locks compare with."),
    REPLY("etag", T_STRING, .required = true, .doc = "Send it as If-Match with a change."),
    REPLY("slots", T_ARRAY, .of = &lineup_slot, .required = true),
    REPLY("bench", T_ARRAY, .of = &line_player, .required = true),
    REPLY("ir", T_ARRAY, .of = &line_player, .required = true, .doc = "On injured reserve."),
    REPLY("points", T_POINTS, .required = true, .nullable = true,
          .doc = "Of the starters so far; null before their games."),
    REPLY("projected", T_POINTS, .required = true, .nullable = true,
          .doc = "Points of finished games, projections of the rest."),
    REPLY("optimalPoints", T_POINTS, .required = true, .nullable = true,
          .doc = "The best the roster could have made; told when the week is final."),
};
static const struct schema lineup_reply =
    REPLY_SCHEMA("Lineup", lineup_fields, "Who starts for a team in a week, and who does not.");

static const struct field moved_fields[] = {
    REPLY("seq", T_INTEGER, .required = true, .doc = "The event's number in the league's ledger."),
    REPLY("added", T_OBJECT, .of = &player_ref_reply, .required = true, .nullable = true),
    REPLY("dropped", T_OBJECT, .of = &player_ref_reply, .required = true, .nullable = true),
};
static const struct schema moved_reply =
    REPLY_SCHEMA("Moved", moved_fields, "Who came and who went.");

/* ---- parameters and bodies ---- */

struct lineup_path {
    int64_t team_id;
    struct slice if_match;
    struct slice idempotency_key;
};
static const struct field lineup_path_fields[] = {
    FIELD(struct lineup_path, team_id, "teamId", T_INTEGER, .place = IN_PATH, .required = true,
          .min = 1, .doc = "Team id."),
    FIELD(struct lineup_path, if_match, "If-Match", T_STRING, .place = IN_HEADER, .max = 80,
          .doc = "The lineup's etag: refused when somebody has changed it since."),
    IDEMPOTENCY_KEY(struct lineup_path),
};
static const struct schema lineup_path =
    SCHEMA("LineupPath", struct lineup_path, lineup_path_fields, "A change of a lineup.");

static const char *const slot_keys[] = {
#define SLOT(name, key, espn, positions, kind) [SLOT_##name] = key,
#include "rules/slot.def"
#undef SLOT
    [SLOT_COUNT] = NULL
};

struct slot_form {
    int slot;
    int64_t ordinal;
    int64_t player_id;
};
static const struct field slot_form_fields[] = {
    FIELD(struct slot_form, slot, "slot", T_ENUM, .values = slot_keys, .required = true),
    FIELD(struct slot_form, ordinal, "ordinal", T_INTEGER, .required = true, .min = 1, .max = 40),
    FIELD(struct slot_form, player_id, "playerId", T_INTEGER, .nullable = true, .min = 1,
          .doc = "Null or left out: nobody."),
};
static const struct schema slot_form =
    SCHEMA("LineupWish", struct slot_form, slot_form_fields, "Who shall have a place.");

struct lineup_form {
    int64_t week;
    struct list slots; /* of struct slot_form */
    bool is_override;
};
static const struct field lineup_form_fields[] = {
    FIELD(struct lineup_form, week, "week", T_INTEGER, .min = 1, .max = WEEKS_MAX,
          .doc = "Left out: the current one."),
    FIELD(struct lineup_form, slots, "slots", T_ARRAY, .of = &slot_form, .required = true,
          .max = SLOTS_MAX, .doc = "Places that are not named stay as they are."),
    FIELD(struct lineup_form, is_override, "override", T_BOOLEAN,
          .doc = "The commissioner sets it over the locks."),
};
static const struct schema lineup_body =
    SCHEMA("NewLineup", struct lineup_form, lineup_form_fields, "Who shall start.");

struct week_form {
    int64_t week;
};
static const struct field week_form_fields[] = {
    FIELD(struct week_form, week, "week", T_INTEGER, .min = 1, .max = WEEKS_MAX,
          .doc = "Left out: the current one."),
};
static const struct schema week_body =
    SCHEMA("WeekChoice", struct week_form, week_form_fields, "Which week.");

struct move_form {
    int64_t add_player_id;
    int64_t drop_player_id;
};
static const struct field move_form_fields[] = {
    FIELD(struct move_form, add_player_id, "addPlayerId", T_INTEGER, .nullable = true, .min = 1),
    FIELD(struct move_form, drop_player_id, "dropPlayerId", T_INTEGER, .nullable = true, .min = 1),
};
static const struct schema move_body =
    SCHEMA("Move", struct move_form, move_form_fields, "Who comes, who goes, or both.");

/* ---- handlers ---- */

/* "x" or W/"x" gives x; "*" stands for any. */
static struct slice plain_tag(struct slice tag)
{
    if (slice_starts(tag, S("W/"))) {
        tag = slice_from_to(tag, 2, tag.len);
    }
    if (tag.len >= 2 && slice_starts(tag, S("\"")) && slice_ends(tag, S("\""))) {
        tag = slice_from_to(tag, 1, tag.len - 1);
    }
    return slice_eq(tag, S("*")) ? S("") : tag;
}

static enum error reply_lineup(struct request *request, const struct change *change,
                               int64_t team_id)
{
    return reply_fresh(request, change, SQL_API_LINEUP,
                       PARAMS(P_INT(request_scope(request)->league_id), P_INT(team_id),
                              P_INT(change_answer_id(change, "week"))));
}

static enum error set_lineup(struct request *request)
{
    const struct lineup_path *path = request->params;
    const struct lineup_form *form = request->input;
    const struct slot_form *slots = form->slots.ptr;
    struct lineup_wish *wishes = ARENA_ARRAY(request->arena, form->slots.count, struct lineup_wish);
    for (size_t i = 0; i < form->slots.count; i++) {
        wishes[i] = (struct lineup_wish){ .slot = (enum slot)slots[i].slot,
                                          .ordinal = (int)slots[i].ordinal,
                                          .player_id = slots[i].player_id };
    }
    struct lineup_order order = { .week = (int)form->week,
                                  .wishes = wishes,
                                  .wish_count = form->slots.count,
                                  .if_match = plain_tag(path->if_match),
                                  .is_override = form->is_override };
    CLEANUP(change_done) struct change change = request_change(request, S("lineup.set"));
    TRY(lineup_set(&change, request_scope(request)->league_id, path->team_id, &order));
    return reply_lineup(request, &change, path->team_id);
}

static enum error set_optimal(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct week_form *form = request->input;
    CLEANUP(change_done) struct change change = request_change(request, S("lineup.optimal"));
    TRY(lineup_set_optimal(&change, request_scope(request)->league_id, path->id, (int)form->week));
    return reply_lineup(request, &change, path->id);
}

static struct param answer_param(const struct change *change, const char *member)
{
    int64_t id = change_answer_id(change, member);
    return id == 0 ? P_NULL : P_INT(id);
}

static enum error make_move(struct request *request)
{
    const struct keyed_path *path = request->params;
    const struct move_form *form = request->input;
    struct move wanted = { .team_id = path->id,
                           .add_player_id = form->add_player_id,
                           .drop_player_id = form->drop_player_id };
    if (wanted.add_player_id == 0 && wanted.drop_player_id == 0) {
        fault_add(&request->faults, S("/addPlayerId"), "is needed, or dropPlayerId");
        return E_INVALID;
    }
    CLEANUP(change_done) struct change change = request_change(request, S("roster.move"));
    TRY(move_add_drop(&change, request_scope(request)->league_id, &wanted));
    return reply_fresh(request, &change, SQL_API_MOVED,
                       PARAMS(answer_param(&change, "seq"), answer_param(&change, "added"),
                              answer_param(&change, "dropped")));
}

/* ---- rows ---- */

static const struct endpoint rows[] = {
    { .method = METHOD_GET,
      .path = "/api/teams/{teamId}/lineup",
      .name = "lineup",
      .tag = "Lineups",
      .summary = "A team's lineup of a week.",
      .access = ACCESS_LEAGUE_READ,
      .rate = RATE_READ,
      .params = &team_week_path,
      .reply = &lineup_reply,
      .is_offline_ok = true,
      .query = SQL_API_LINEUP },
    { .method = METHOD_PUT,
      .path = "/api/teams/{teamId}/lineup",
      .name = "setLineup",
      .tag = "Lineups",
      .summary = "Say who starts; every fault is told, at its slot.",
      .access = ACCESS_TEAM_OWNER,
      .rate = RATE_WRITE,
      .params = &lineup_path,
      .body = &lineup_body,
      .reply = &lineup_reply,
      .errors = { E_CONFLICT, E_PRECONDITION, E_LINEUP, E_WEEK_STATE, E_LEAGUE_STATE,
                  E_PLAYER_TAKEN },
      .handle = set_lineup },
    { .method = METHOD_POST,
      .path = "/api/teams/{teamId}/lineup/optimal",
      .name = "optimalLineup",
      .tag = "Lineups",
      .summary = "Fill the unlocked slots with who is projected to score most.",
      .access = ACCESS_TEAM_OWNER,
      .rate = RATE_WRITE,
      .params = &keyed_team_path,
      .body = &week_body,
      .reply = &lineup_reply,
      .errors = { E_CONFLICT, E_LINEUP, E_WEEK_STATE, E_LEAGUE_STATE },
      .handle = set_optimal },
    { .method = METHOD_POST,
      .path = "/api/teams/{teamId}/moves",
      .name = "move",
      .tag = "Lineups",
      .summary = "Add a free agent, drop a player, or both.",
      .access = ACCESS_TEAM_OWNER,
      .rate = RATE_WRITE,
      .params = &keyed_team_path,
      .body = &move_body,
      .reply = &moved_reply,
      .status = 201,
      .errors = { E_CONFLICT, E_PLAYER_TAKEN, E_PLAYER_ON_WAIVERS, E_PLAYER_NOT_OWNED,
                  E_PLAYER_LOCKED, E_ROSTER_FULL, E_POSITION_LIMIT, E_ADD_LIMIT, E_LEAGUE_STATE,
                  E_WEEK_STATE },
      .handle = make_move },
};

const struct endpoint_table lineup_endpoints = { .rows = rows, .count = ARRAY_LEN(rows) };
