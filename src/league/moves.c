#include "league/moves.h"

#include <inttypes.h>

#include "base/json.h"
#include "league/week.h"

struct moving {
    struct change *change;
    const struct move *move;
    struct week week;
    struct week_teams teams;
    const struct week_team *team;
    const struct week_player *dropped; /* NULL: nobody */
    struct rows added;                 /* one row when somebody is added */
};

static bool adds(const struct moving *moving)
{
    return moving->move->add_player_id != 0;
}

/* ---- who goes ---- */

static enum error check_drop(struct moving *moving)
{
    struct change *change = moving->change;
    for (size_t i = 0; i < moving->team->player_count; i++) {
        if (moving->team->players[i].id == moving->move->drop_player_id) {
            moving->dropped = &moving->team->players[i];
        }
    }
    const struct week_player *player = moving->dropped;
    if (player == NULL) {
        return refuse(change->faults, E_PLAYER_NOT_OWNED, "Player %" PRId64 " is not on %.*s.",
                      moving->move->drop_player_id, FMT(moving->team->name));
    }
    if (player->is_held) {
        return refuse(change->faults, E_PLAYER_LOCKED, "The commissioner holds %.*s on his team.",
                      FMT(player->name));
    }
    bool starts = player->slot != NO_SLOT && !player->is_reserve && !player->is_taxi;
    if (is_locked(change, &moving->week, player) && (starts || change->league.is_bench_locked)) {
        return refuse(change->faults, E_PLAYER_LOCKED,
                      "%.*s cannot be dropped: his game of week %d has started.", FMT(player->name),
                      moving->week.week);
    }
    return OK;
}

/* ---- who comes ---- */

static enum error on_waivers(struct moving *moving, struct slice name, utime until)
{
    char text[UTIME_TEXT_MAX];
    if (until == 0) {
        return refuse(moving->change->faults, E_PLAYER_ON_WAIVERS,
                      "%.*s is on waivers: his game of week %d has started.", FMT(name),
                      moving->week.week);
    }
    return refuse(moving->change->faults, E_PLAYER_ON_WAIVERS, "%.*s is on waivers until %.*s.",
                  FMT(name), FMT(utime_print(until, text)));
}

static enum error check_waivers(struct moving *moving, struct slice name)
{
    const struct change *change = moving->change;
    if (change->league.waiver_kind == WAIVER_NONE) {
        return OK;
    }
    utime held_until = rows_time(&moving->added, 0, "held_until");
    if (held_until > change->league_now) {
        return on_waivers(moving, name, held_until);
    }
    utime kickoff = rows_time(&moving->added, 0, "kickoff");
    if (kickoff != 0 && kickoff <= change->league_now) {
        return on_waivers(moving, name, rows_time(&moving->added, 0, "next_run"));
    }
    return OK;
}

static bool fits_a_slot(const struct moving *moving, position_mask positions)
{
    for (size_t i = 0; i < moving->teams.slot_count; i++) {
        enum slot slot = moving->teams.slots[i];
        if (slot_is_starter(slot) && (slot_info(slot)->positions & positions) != 0) {
            return true;
        }
    }
    return false;
}

static enum error check_position(struct moving *moving, struct slice name)
{
    struct change *change = moving->change;
    enum position position = position_from(rows_text(&moving->added, 0, "position"));
    position_mask positions = position_bit(position);
    struct slice extra = rows_text(&moving->added, 0, "extra_positions");
    while (extra.ptr != NULL && extra.len > 0) {
        positions |= position_bit(position_from(slice_cut(&extra, ' ')));
    }
    if (!fits_a_slot(moving, positions)) {
        return refuse(change->faults, E_POSITION_LIMIT,
                      "%.*s starts nobody at the position of %.*s.", FMT(change->league.name),
                      FMT(name));
    }
    if (rows_null(&moving->added, 0, "max_count")) {
        return OK;
    }
    int64_t held = 0;
    for (size_t i = 0; i < moving->team->player_count; i++) {
        const struct week_player *player = &moving->team->players[i];
        held += player->position == position && player != moving->dropped;
    }
    int64_t most = rows_int(&moving->added, 0, "max_count");
    if (held >= most) {
        return refuse(change->faults, E_POSITION_LIMIT, "A team may hold %" PRId64 " %.*s.", most,
                      FMT(position_key(position)));
    }
    return OK;
}

static enum error load_added(struct moving *moving)
{
    struct change *change = moving->change;
    int64_t player_id = moving->move->add_player_id;
    TRY(tx_query(&change->tx, SQL_PLAY_MOVE_PLAYER,
                 PARAMS(P_INT(change->league.id), P_INT(moving->week.week), P_INT(player_id)),
                 &moving->added));
    if (moving->added.count == 0 || rows_bool(&moving->added, 0, "is_sample") !=
                                        rows_bool(&moving->added, 0, "league_is_sample")) {
        return refuse(change->faults, E_NOT_FOUND, "There is no player %" PRId64 ".", player_id);
    }
    if (!rows_null(&moving->added, 0, "team_id")) {
        return refuse(change->faults, E_PLAYER_TAKEN, "%.*s is on %.*s.",
                      FMT(rows_text(&moving->added, 0, "full_name")),
                      FMT(rows_text(&moving->added, 0, "team_name")));
    }
    return OK;
}

/* ---- the team ---- */

/* Places outside reserve and taxi, and who takes them after the drop. */
static enum error check_room(struct moving *moving)
{
    struct change *change = moving->change;
    size_t places = 0;
    for (size_t i = 0; i < moving->teams.slot_count; i++) {
        enum slot_kind kind = slot_info(moving->teams.slots[i])->kind;
        places += kind == SLOT_KIND_STARTER || kind == SLOT_KIND_BENCH;
    }
    size_t held = 0;
    for (size_t i = 0; i < moving->team->player_count; i++) {
        const struct week_player *player = &moving->team->players[i];
        held += !player->is_reserve && !player->is_taxi && player != moving->dropped;
        if (player->is_reserve && player != moving->dropped &&
            (change->league.reserve_statuses >> player->status & 1u) == 0) {
            return refuse(change->faults, E_ROSTER_FULL,
                          "%.*s has recovered and may no longer be on injured reserve: move him "
                          "first.",
                          FMT(player->name));
        }
    }
    if (held >= places) {
        return refuse(change->faults, E_ROSTER_FULL,
                      "%.*s has %zu of %zu players: drop somebody as well.",
                      FMT(moving->team->name), held, places);
    }
    return OK;
}

static enum error check_limits(struct moving *moving, const struct rows *limits)
{
    struct change *change = moving->change;
    const struct league *league = &change->league;
    if (league->adds_per_week_max >= 0 &&
        rows_int(limits, 0, "adds_this_week") >= league->adds_per_week_max) {
        return refuse(change->faults, E_ADD_LIMIT, "A team may add %d players a week.",
                      league->adds_per_week_max);
    }
    if (league->adds_per_season_max >= 0 &&
        rows_int(limits, 0, "adds_this_season") >= league->adds_per_season_max) {
        return refuse(change->faults, E_ADD_LIMIT, "A team may add %d players a season.",
                      league->adds_per_season_max);
    }
    return OK;
}

static enum error load_team(struct moving *moving)
{
    struct change *change = moving->change;
    int64_t team_id = moving->move->team_id;
    struct rows limits;
    TRY(week_load(change, 0, &moving->week));
    if (moving->week.state != WEEK_OPEN) {
        return refuse(change->faults, E_WEEK_STATE, "No week of %.*s is open.",
                      FMT(change->league.name));
    }
    TRY(week_load_teams(change, moving->week.week, team_id, &moving->teams));
    TRY(tx_query(&change->tx, SQL_PLAY_MOVE_TEAM,
                 PARAMS(P_INT(change->league.id), P_INT(team_id), P_INT(moving->week.week)),
                 &limits));
    if (moving->teams.team_count == 0 || limits.count == 0) {
        return refuse(change->faults, E_NOT_FOUND, "There is no team %" PRId64 " in %.*s.", team_id,
                      FMT(change->league.name));
    }
    moving->team = &moving->teams.teams[0];
    if (rows_bool(&limits, 0, "is_locked")) {
        return refuse(change->faults, E_LEAGUE_STATE, "The commissioner has locked %.*s.",
                      FMT(moving->team->name));
    }
    return adds(moving) ? check_limits(moving, &limits) : OK;
}

static enum error check(struct moving *moving)
{
    TRY(load_team(moving));
    if (adds(moving)) {
        TRY(load_added(moving));
    }
    if (moving->move->drop_player_id != 0) {
        TRY(check_drop(moving));
    }
    if (adds(moving)) {
        struct slice name = rows_text(&moving->added, 0, "full_name");
        TRY(check_waivers(moving, name));
        TRY(check_position(moving, name));
        TRY(check_room(moving));
    }
    return OK;
}

/* ---- carrying it out ---- */

static void put_player(struct json *json, int64_t id, struct slice name, struct slice position)
{
    json_open_object(json);
    json_member_int(json, S("playerId"), id);
    json_member_text(json, S("name"), name);
    json_member_text(json, S("position"), position);
    json_close_object(json);
}

static struct slice payload(const struct moving *moving)
{
    struct json json;
    json_init(&json, moving->change->arena);
    json_open_object(&json);
    if (adds(moving)) {
        json_key(&json, S("added"));
        put_player(&json, moving->move->add_player_id, rows_text(&moving->added, 0, "full_name"),
                   rows_text(&moving->added, 0, "position"));
    }
    if (moving->dropped != NULL) {
        json_key(&json, S("dropped"));
        put_player(&json, moving->dropped->id, moving->dropped->name,
                   position_key(moving->dropped->position));
    }
    json_close_object(&json);
    return json_done(&json);
}

static struct slice id_or_null(struct arena *arena, int64_t id)
{
    return id == 0 ? S("null") : arena_format(arena, "%" PRId64, id);
}

static void drop(struct moving *moving)
{
    struct change *change = moving->change;
    struct param league = P_INT(change->league.id);
    struct param team = P_INT(moving->team->id);
    struct param player = P_INT(moving->dropped->id);
    tx_send(&change->tx, SQL_PLAY_ROSTER_DROP, PARAMS(league, team, player));
    if (change->league.waiver_kind != WAIVER_NONE && change->league.waiver_hours > 0) {
        utime until = change->league_now + change->league.waiver_hours * INT64_C(3600) * US_PER_S;
        tx_send(&change->tx, SQL_PLAY_HOLD_ADD, PARAMS(league, player, team, P_TIME(until)));
    }
}

static enum error carry_out(struct moving *moving)
{
    struct change *change = moving->change;
    const struct move *move = moving->move;
    struct param league = P_INT(change->league.id);
    struct param team = P_INT(move->team_id);
    struct slice kind = !adds(moving)             ? S("drop")
                        : moving->dropped == NULL ? S("add")
                                                  : S("add_drop");
    int64_t seq = change_event(
        change, &(struct event){ .kind = arena_format(change->arena, "roster.%.*s", FMT(kind)),
                                 .team_id = move->team_id,
                                 .week = moving->week.week,
                                 .payload = payload(moving) });
    if (moving->dropped != NULL) {
        drop(moving);
    }
    if (adds(moving)) {
        tx_send(&change->tx, SQL_PLAY_ROSTER_ADD,
                PARAMS(league, team, P_INT(move->add_player_id), P_TIME(change->now), P_INT(seq)));
    }
    tx_send(&change->tx, SQL_PLAY_MOVE_BOOK,
            PARAMS(league, P_INT(seq), P_TEXT(kind), P_INT(moving->week.week),
                   change->actor.user_id == 0 ? P_NULL : P_INT(change->actor.user_id),
                   P_TIME(change->now), team, adds(moving) ? P_INT(move->add_player_id) : P_NULL,
                   moving->dropped == NULL ? P_NULL : P_INT(moving->dropped->id)));
    return change_commit(
        change, arena_format(change->arena, "{\"seq\":%" PRId64 ",\"added\":%.*s,\"dropped\":%.*s}",
                             seq, FMT(id_or_null(change->arena, move->add_player_id)),
                             FMT(id_or_null(change->arena, move->drop_player_id))));
}

enum error move_add_drop(struct change *change, int64_t league_id, const struct move *move)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    if (move->add_player_id == 0 && move->drop_player_id == 0) {
        return refuse(change->faults, E_INVALID, "Name a player to add or to drop.");
    }
    TRY(change_require_team(change, move->team_id));
    TRY(change_require_state(change, 1u << LEAGUE_IN_SEASON | 1u << LEAGUE_PLAYOFFS));
    struct moving *moving = ARENA_NEW(change->arena, struct moving);
    *moving = (struct moving){ .change = change, .move = move };
    TRY(check(moving));
    return carry_out(moving);
}
