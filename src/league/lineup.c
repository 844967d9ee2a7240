#include "league/lineup.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "league/lineup_store.h"
#include "league/projection.h"
#include "rules/lineup.h"

static bool is_reserve_slot(const struct week_teams *teams, size_t slot)
{
    return slot_info(teams->slots[slot])->kind == SLOT_KIND_RESERVE;
}

static const struct week_player *find_player(const struct week_team *team, int64_t player_id)
{
    for (size_t i = 0; i < team->player_count; i++) {
        if (team->players[i].id == player_id) {
            return &team->players[i];
        }
    }
    return NULL;
}

/* ---- what is asked ---- */

/* The slot of a wish, or NO_SLOT. */
static int slot_of_wish(const struct week_teams *teams, const struct lineup_wish *wish)
{
    for (size_t i = 0; i < teams->slot_count; i++) {
        if (teams->slots[i] == wish->slot && slot_ordinal(teams, i) == wish->ordinal) {
            return (int)i;
        }
    }
    return NO_SLOT;
}

struct setting_lineup {
    struct change *change;
    const struct lineup_order *order; /* NULL: by projection */
    struct week week;
    struct week_teams teams;
    const struct week_team *team;
    int64_t before[SLOTS_MAX];
    int64_t after[SLOTS_MAX];
    int16_t wish_of[SLOTS_MAX]; /* the wish that fills a slot, -1 for none */
};

static struct slice wish_pointer(const struct setting_lineup *setting, int slot)
{
    int wish = slot == NO_SLOT ? -1 : setting->wish_of[slot];
    return wish < 0 ? S("/slots") : arena_format(setting->change->arena, "/slots/%d", wish);
}

/* Lays the wishes over the lineup there is. */
static void apply_wishes(struct setting_lineup *setting)
{
    const struct lineup_order *order = setting->order;
    for (size_t i = 0; i < setting->teams.slot_count; i++) {
        setting->wish_of[i] = -1;
    }
    lineup_current(setting->team, setting->before);
    memcpy(setting->after, setting->before, sizeof(setting->after));
    for (size_t i = 0; i < order->wish_count; i++) {
        const struct lineup_wish *wish = &order->wishes[i];
        struct slice at = arena_format(setting->change->arena, "/slots/%zu", i);
        if (wish->slot == SLOT_BN) {
            continue; /* whoever is in no other slot is on the bench */
        }
        int slot = slot_of_wish(&setting->teams, wish);
        if (slot == NO_SLOT) {
            fault_add(setting->change->faults, at, "The league has no such slot.");
        } else if (setting->wish_of[slot] >= 0) {
            fault_add(setting->change->faults, at, "This slot is named twice.");
        } else {
            setting->after[slot] = wish->player_id;
            setting->wish_of[slot] = (int16_t)i;
        }
    }
}

static void tell_fault(const struct setting_lineup *setting, const struct lineup_fault *fault)
{
    const struct lineup_fault_info *info = lineup_fault_info(fault->code);
    const struct week_player *player = find_player(setting->team, fault->player_id);
    struct slice at = wish_pointer(setting, fault->slot < 0 ? NO_SLOT : fault->slot);
    if (player != NULL) {
        fault_add(setting->change->faults, at, "%.*s: %.*s", FMT(player->name),
                  FMT(info->sentence));
    } else {
        fault_add(setting->change->faults, at, "%.*s", FMT(info->sentence));
    }
}

static void check_rules(struct setting_lineup *setting)
{
    struct change *change = setting->change;
    struct roster_player *roster = ARENA_ARRAY(change->arena, ROSTER_MAX, struct roster_player);
    for (size_t i = 0; i < setting->team->player_count; i++) {
        const struct week_player *player = &setting->team->players[i];
        roster[i] = (struct roster_player){ .id = player->id,
                                            .positions = player->positions,
                                            .status = player->status,
                                            .is_taxi_eligible = player->is_taxi,
                                            .kickoff = player->kickoff };
    }
    struct lineup_change proposal = {
        .roster = roster,
        .roster_count = setting->team->player_count,
        .slots = setting->teams.slots,
        .slot_count = setting->teams.slot_count,
        .previous = setting->before,
        .proposed = setting->after,
        .lock = setting->order->is_override ? LOCK_NEVER : change->league.lock,
        .first_kickoff = setting->week.first_kickoff,
        .now = change->league_now,
        .reserve_statuses = change->league.reserve_statuses,
    };
    struct lineup_fault *faults =
        ARENA_ARRAY(change->arena, LINEUP_FAULTS_MAX, struct lineup_fault);
    size_t count = lineup_check(&proposal, faults);
    for (size_t i = 0; i < count; i++) {
        tell_fault(setting, &faults[i]);
    }
}

/* What only this room knows: reserve belongs to now, held players stay. */
static void check_ours(struct setting_lineup *setting)
{
    for (size_t i = 0; i < setting->teams.slot_count; i++) {
        if (setting->before[i] == setting->after[i]) {
            continue;
        }
        if (is_reserve_slot(&setting->teams, i) && setting->week.state != WEEK_OPEN) {
            fault_add(setting->change->faults, wish_pointer(setting, (int)i),
                      "Injured reserve is changed with the lineup of the current week.");
        }
        const struct week_player *player = find_player(setting->team, setting->before[i]);
        if (player != NULL && player->is_held && !setting->order->is_override) {
            fault_add(setting->change->faults, wish_pointer(setting, (int)i),
                      "%.*s: the commissioner holds this player where he is.", FMT(player->name));
        }
    }
}

/* ---- beginning ---- */

enum error week_project(struct change *change, int week)
{
    struct projection_order order = { .profile_id = change->league.scoring_profile_id,
                                      .season = change->league.season,
                                      .week = week };
    return projections_ensure(&change->tx, order);
}

static enum error load(struct setting_lineup *setting, int64_t team_id, int week)
{
    struct change *change = setting->change;
    TRY(change_require_state(change, 1u << LEAGUE_IN_SEASON | 1u << LEAGUE_PLAYOFFS));
    TRY(week_load(change, week, &setting->week));
    if (setting->week.state != WEEK_OPEN && setting->week.state != WEEK_UPCOMING) {
        return refuse(change->faults, E_WEEK_STATE,
                      "Week %d has been played; its lineups cannot change.", setting->week.week);
    }
    if (setting->order == NULL && setting->week.state == WEEK_OPEN) {
        TRY(week_project(change, setting->week.week));
    }
    TRY(week_load_teams(change, setting->week.week, team_id, &setting->teams));
    setting->team = &setting->teams.teams[0];
    return OK;
}

static enum error open_team(struct setting_lineup *setting, int64_t team_id, int week)
{
    struct change *change = setting->change;
    TRY(change_require_team(change, team_id));
    TRY(load(setting, team_id, week));
    if (setting->teams.team_count == 0) {
        return refuse(change->faults, E_NOT_FOUND, "There is no team %" PRId64 " in %.*s.", team_id,
                      FMT(change->league.name));
    }
    return OK;
}

static struct slice answer(struct arena *arena, const struct setting_lineup *setting,
                           bool is_changed)
{
    return arena_format(arena, "{\"teamId\":%" PRId64 ",\"week\":%d,\"changed\":%s}",
                        setting->team->id, setting->week.week, is_changed ? "true" : "false");
}

/* Stores and ends a command that has one team's lineup in `after`. */
static enum error finish(struct setting_lineup *setting)
{
    struct change *change = setting->change;
    struct lineup_writing writing;
    lineup_writing_init(&writing, change, &setting->week, &setting->teams);
    bool is_changed = lineup_write(&writing, setting->team, setting->after);
    struct slice reply = answer(change->arena, setting, is_changed);
    if (!is_changed) {
        return change_commit_nothing(change, reply);
    }
    lineup_writing_send(&writing);
    return change_commit(change, reply);
}

enum error lineup_set(struct change *change, int64_t league_id, int64_t team_id,
                      const struct lineup_order *order)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    if (order->is_override) {
        TRY(change_require_commissioner(change));
    }
    struct setting_lineup *setting = ARENA_NEW(change->arena, struct setting_lineup);
    *setting = (struct setting_lineup){ .change = change, .order = order };
    TRY(open_team(setting, team_id, order->week));
    if (order->if_match.len > 0 && !slice_eq(order->if_match, setting->team->tag)) {
        return refuse(change->faults, E_PRECONDITION,
                      "The lineup of %.*s has changed since you loaded it.",
                      FMT(setting->team->name));
    }
    apply_wishes(setting);
    check_rules(setting);
    check_ours(setting);
    if (change->faults->count > 0) {
        return refuse(change->faults, E_LINEUP, "This lineup cannot be set: %zu %s wrong.",
                      change->faults->count,
                      change->faults->count == 1 ? "thing is" : "things are");
    }
    return finish(setting);
}

/* ---- by projection ---- */

/* Twice the projection, and one more for having a game: so that of two who are expected to score
 * nothing the one who plays comes first. */
static points worth(const struct week_player *player)
{
    if (player->kickoff == 0) {
        return 0;
    }
    return player->is_projected && player->projected > 0 ? 2 * player->projected + 1 : 1;
}

static bool can_move(const struct change *change, const struct week *week,
                     const struct week_player *player)
{
    return !player->is_reserve && !player->is_taxi && !player->is_held &&
           !is_locked(change, week, player);
}

void lineup_plan(const struct change *change, const struct week *week,
                 const struct week_teams *teams, const struct week_team *team,
                 int ret_player[SLOTS_MAX])
{
    struct lineup_player players[ROSTER_MAX];
    int place[ROSTER_MAX];
    size_t count = 0;
    int holder[SLOTS_MAX];
    for (size_t i = 0; i < teams->slot_count; i++) {
        holder[i] = NO_SLOT;
    }
    for (size_t i = 0; i < team->player_count; i++) {
        const struct week_player *player = &team->players[i];
        if (can_move(change, week, player)) {
            players[count] = (struct lineup_player){ .id = (int64_t)i + 1,
                                                     .positions = player->positions,
                                                     .points = worth(player) };
            place[count++] = (int)i;
        } else if (player->slot != NO_SLOT) {
            holder[player->slot] = (int)i;
        }
    }
    enum slot slots[SLOTS_MAX];
    size_t open[SLOTS_MAX];
    size_t open_count = 0;
    for (size_t i = 0; i < teams->slot_count; i++) {
        ret_player[i] = holder[i];
        if (slot_is_starter(teams->slots[i]) && holder[i] == NO_SLOT) {
            slots[open_count] = teams->slots[i];
            open[open_count++] = i;
        }
    }
    struct lineup lineup = {
        .players = players, .player_count = count, .slots = slots, .slot_count = open_count
    };
    int16_t best[SLOTS_MAX];
    (void)lineup_best(&lineup, best);
    for (size_t i = 0; i < open_count; i++) {
        ret_player[open[i]] = best[i] == LINEUP_EMPTY ? NO_SLOT : place[best[i]];
    }
}

/* The plan as player ids; reserve as it is. */
static void plan_ids(const struct change *change, const struct week *week,
                     const struct week_teams *teams, const struct week_team *team,
                     int64_t ret_ids[SLOTS_MAX])
{
    int plan[SLOTS_MAX];
    lineup_plan(change, week, teams, team, plan);
    for (size_t i = 0; i < teams->slot_count; i++) {
        ret_ids[i] = plan[i] == NO_SLOT ? 0 : team->players[plan[i]].id;
    }
}

enum error lineup_set_optimal(struct change *change, int64_t league_id, int64_t team_id, int week)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    struct setting_lineup *setting = ARENA_NEW(change->arena, struct setting_lineup);
    *setting = (struct setting_lineup){ .change = change };
    TRY(open_team(setting, team_id, week));
    plan_ids(change, &setting->week, &setting->teams, setting->team, setting->after);
    return finish(setting);
}

enum error lineups_fill(struct change *change, int64_t league_id, int week)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    struct setting_lineup *setting = ARENA_NEW(change->arena, struct setting_lineup);
    *setting = (struct setting_lineup){ .change = change };
    TRY(load(setting, 0, week));
    struct lineup_writing writing;
    lineup_writing_init(&writing, change, &setting->week, &setting->teams);
    int changed = 0;
    for (size_t i = 0; i < setting->teams.team_count; i++) {
        const struct week_team *team = &setting->teams.teams[i];
        if (!team->is_set_by_hand) {
            plan_ids(change, &setting->week, &setting->teams, team, setting->after);
            changed += lineup_write(&writing, team, setting->after);
        }
    }
    struct slice reply =
        arena_format(change->arena, "{\"week\":%d,\"teams\":%d}", setting->week.week, changed);
    if (changed == 0) {
        return change_commit_nothing(change, reply);
    }
    lineup_writing_send(&writing);
    return change_commit(change, reply);
}

enum error lineups_carry_over(struct change *change, int week)
{
    struct week to = { .week = week, .state = WEEK_OPEN };
    struct week_teams teams;
    TRY(week_load_teams(change, week, 0, &teams));
    struct lineup_writing writing;
    lineup_writing_init(&writing, change, &to, &teams);
    for (size_t i = 0; i < teams.team_count; i++) {
        int64_t ids[SLOTS_MAX];
        lineup_current(&teams.teams[i], ids);
        lineup_write_rows(&writing, &teams.teams[i], ids);
    }
    lineup_writing_send(&writing);
    return OK;
}
