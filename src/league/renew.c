/* Renewing a league: the old season is locked and told, the new one is inserted and filled, all in
 * one transaction. What is copied as it is, SQL copies; what is decided, is decided here. */
#include "league/renew.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/check.h"
#include "base/json.h"
#include "base/random.h"
#include "league/scoring_load.h"
#include "league/scoring_profile.h"

enum { SEED_BYTES = 32, ROUNDS_MAX = 60, SEASON_MAX = 2199 };

struct renewing {
    struct change *change;
    const struct renewal *wanted;
    struct league old;
    struct rows look;   /* SQL_LEAGUE_RENEW_LOOK */
    struct rows season; /* SQL_LEAGUE_SEASON */
    int year;
    int64_t league_id; /* the new one */
    struct rows teams;
    struct rows kept;
    int64_t most_kept;   /* active players of the team with the most */
    int64_t most_rounds; /* the latest round of the new season that was traded */
};

static bool is_kind(const struct renewing *renewing, struct slice kind)
{
    return slice_eq(renewing->old.kind, kind);
}

/* ---- may it be? ---- */

static enum error refuse_season(const struct renewing *renewing)
{
    if (renewing->old.is_sample) {
        return refuse(renewing->change->faults, E_NO_STATS,
                      "There is no invented season %d. An operator makes one with: astralfield "
                      "import sample --season %d",
                      renewing->year, renewing->year);
    }
    return refuse(renewing->change->faults, E_NO_STATS,
                  "The NFL's season %d is not here yet. An operator brings it with: astralfield "
                  "import nfl --season %d",
                  renewing->year, renewing->year);
}

static enum error check_season(struct renewing *renewing)
{
    struct change *change = renewing->change;
    if (!rows_bool(&renewing->look, 0, "has_games")) {
        return refuse_season(renewing);
    }
    TRY(tx_query(
        &change->tx, SQL_LEAGUE_SEASON,
        PARAMS(P_INT(renewing->year), P_INT(renewing->old.start_week), P_TIME(change->now)),
        &renewing->season));
    if (renewing->season.count == 0 ||
        rows_bool(&renewing->season, 0, "is_sample") != renewing->old.is_sample) {
        return refuse_season(renewing);
    }
    int64_t weeks = rows_int(&renewing->season, 0, "regular_weeks");
    if (renewing->old.last_week > weeks) {
        return refuse(change->faults, E_SETTINGS,
                      "The league plays to week %d, but the season %d ends with week %" PRId64 ".",
                      renewing->old.last_week, renewing->year, weeks);
    }
    return OK;
}

static enum error check_renewal(struct renewing *renewing)
{
    struct change *change = renewing->change;
    TRY(change_require_commissioner(change));
    TRY(change_require_state(change, 1u << LEAGUE_COMPLETE));
    renewing->year =
        renewing->wanted->season == 0 ? renewing->old.season + 1 : renewing->wanted->season;
    if (renewing->year <= renewing->old.season || renewing->year > SEASON_MAX) {
        fault_add(change->faults, S("/season"), "must be after %d", renewing->old.season);
        return refuse(change->faults, E_INVALID, "The next season comes after this one.");
    }
    if (renewing->wanted->has_keepers && !is_kind(renewing, S("keeper"))) {
        fault_add(change->faults, S("/keepers"), "are for keeper leagues; this is a %.*s league",
                  FMT(renewing->old.kind));
        return refuse(change->faults, E_INVALID, "The league keeps nobody by name.");
    }
    TRY(tx_query(&change->tx, SQL_LEAGUE_RENEW_LOOK,
                 PARAMS(P_INT(renewing->old.id), P_INT(renewing->year)), &renewing->look));
    if (!rows_null(&renewing->look, 0, "next_league_id")) {
        return refuse(change->faults, E_LEAGUE_STATE,
                      "The league has a next season already: %.*s %" PRId64 " (league %" PRId64
                      "). Play that one, or delete it before its draft.",
                      FMT(rows_text(&renewing->look, 0, "next_name")),
                      rows_int(&renewing->look, 0, "next_season"),
                      rows_int(&renewing->look, 0, "next_league_id"));
    }
    return check_season(renewing);
}

/* ---- the league and its people ---- */

static enum error insert_league(struct renewing *renewing)
{
    struct change *change = renewing->change;
    struct rule_set rules;
    int64_t profile_id = 0;
    TRY(scoring_load(change->arena, &change->tx, renewing->old.scoring_profile_id, &rules));
    TRY(scoring_find_or_create(change->arena, &change->tx, rules, &profile_id));
    int64_t made_by = change->actor.user_id != 0
                          ? change->actor.user_id
                          : rows_int(&renewing->look, 0, "created_by_user_id");
    utime replay_at = rows_time(&renewing->season, 0, "replay_at");
    struct rows rows;
    TRY(tx_query(
        &change->tx, SQL_LEAGUE_RENEW_LEAGUE,
        PARAMS(P_INT(renewing->old.id), P_INT(renewing->year), P_INT(made_by), P_TIME(change->now),
               replay_at == 0 ? P_NULL : P_TIME(replay_at), P_INT(profile_id)),
        &rows));
    renewing->league_id = rows_int(&rows, 0, "id");
    tx_send(&change->tx, SQL_LEAGUE_RENEW_RULES,
            PARAMS(P_INT(renewing->league_id), P_INT(renewing->old.id)));
    tx_send(&change->tx, SQL_LEAGUE_RENEW_FREE_TEAMS, PARAMS(P_INT(renewing->old.id)));
    return tx_query(
        &change->tx, SQL_LEAGUE_RENEW_TEAMS,
        PARAMS(P_INT(renewing->league_id), P_INT(renewing->old.id), P_TIME(change->now)),
        &renewing->teams);
}

/* The old season's last word, then on to the new one. */
static enum error turn_over(struct renewing *renewing, struct slice answer)
{
    struct change *change = renewing->change;
    struct slice payload = arena_format(change->arena, "{\"leagueId\":%" PRId64 ",\"season\":%d}",
                                        renewing->league_id, renewing->year);
    change_event(change, &(struct event){ .kind = S("league.renewed"), .payload = payload });
    change_leave(change, answer);
    return change_enter_new(change, renewing->league_id);
}

static enum error tell_created(struct renewing *renewing)
{
    struct change *change = renewing->change;
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_SETTINGS_DOCUMENT, PARAMS(P_INT(renewing->league_id)),
                 &rows));
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_text(&json, S("name"), renewing->old.name);
    json_member_int(&json, S("season"), renewing->year);
    json_member_int(&json, S("previousLeagueId"), renewing->old.id);
    json_member_raw(&json, S("settings"), rows_json(&rows));
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = S("league.created"), .payload = json_done(&json) });
    for (size_t i = 0; i < renewing->teams.count; i++) {
        json_init(&json, change->arena);
        json_open_object(&json);
        json_member_text(&json, S("name"), rows_text(&renewing->teams, i, "name"));
        json_member_int(&json, S("previousTeamId"),
                        rows_int(&renewing->teams, i, "previous_team_id"));
        json_close_object(&json);
        change_event(change, &(struct event){ .kind = S("team.joined"),
                                              .team_id = rows_int(&renewing->teams, i, "id"),
                                              .payload = json_done(&json) });
    }
    return OK;
}

/* ---- who is kept ---- */

static struct param keepers_param(const struct renewing *renewing)
{
    struct buffer list;
    if (!renewing->wanted->has_keepers) {
        return P_NULL;
    }
    buffer_init(&list, renewing->change->arena);
    buffer_byte(&list, '{');
    for (size_t i = 0; i < renewing->wanted->keeper_count; i++) {
        buffer_format(&list, "%s%" PRId64, i == 0 ? "" : ",", renewing->wanted->keepers[i]);
    }
    buffer_byte(&list, '}');
    return P_TEXT(buffer_slice(&list));
}

static enum error check_named(const struct renewing *renewing)
{
    struct faults *faults = renewing->change->faults;
    for (size_t i = 0; i < renewing->wanted->keeper_count; i++) {
        int64_t player_id = renewing->wanted->keepers[i];
        bool is_there = false;
        for (size_t r = 0; r < renewing->kept.count && !is_there; r++) {
            is_there = rows_int(&renewing->kept, r, "player_id") == player_id;
        }
        if (!is_there) {
            fault_add(faults, arena_format(faults->arena, "/keepers/%zu", i),
                      "is on no team of the league");
            return refuse(faults, E_PLAYER_NOT_OWNED, "Player %" PRId64 " is on no team.",
                          player_id);
        }
    }
    return OK;
}

/* The kept rows of one team lie together; returns the end of those that begin at `first`. */
static size_t team_end(const struct rows *kept, size_t first, int64_t *ret_active)
{
    size_t end = first;
    int64_t active = 0;
    while (end < kept->count &&
           rows_int(kept, end, "team_id") == rows_int(kept, first, "team_id")) {
        active += slice_eq(rows_text(kept, end, "placement"), S("active"));
        end++;
    }
    *ret_active = active;
    return end;
}

static enum error check_counts(struct renewing *renewing)
{
    const struct rows *kept = &renewing->kept;
    int64_t most = rows_int(&renewing->look, 0, "keepers_max");
    int64_t room = rows_int(&renewing->look, 0, "roster_size");
    int64_t active = 0;
    for (size_t first = 0, end = 0; first < kept->count; first = end) {
        end = team_end(kept, first, &active);
        int64_t count = (int64_t)(end - first);
        if (active > renewing->most_kept) {
            renewing->most_kept = active;
        }
        if (is_kind(renewing, S("dynasty"))) {
            continue; /* whoever is there stays */
        }
        if ((most > 0 && count > most) || active > room) {
            return refuse(renewing->change->faults, E_ROSTER_FULL,
                          "%.*s would keep %" PRId64 " players; it may keep %" PRId64 ".",
                          FMT(rows_text(kept, first, "team")), count, most > 0 ? most : room);
        }
    }
    return OK;
}

/* One event for a team; adds its players to `stored`, which the statement books. */
static void tell_kept(struct renewing *renewing, size_t first, size_t end, struct json *stored)
{
    struct change *change = renewing->change;
    const struct rows *kept = &renewing->kept;
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_int(&json, S("count"), (int64_t)(end - first));
    json_key(&json, S("players"));
    json_open_array(&json);
    for (size_t i = first; i < end; i++) {
        json_open_object(&json);
        json_member_int(&json, S("playerId"), rows_int(kept, i, "player_id"));
        json_member_text(&json, S("name"), rows_text(kept, i, "full_name"));
        json_member_text(&json, S("position"), rows_text(kept, i, "position"));
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    int64_t team_id = rows_int(kept, first, "team_id");
    int64_t seq = change_event(change, &(struct event){ .kind = S("roster.carried"),
                                                        .team_id = team_id,
                                                        .payload = json_done(&json) });
    for (size_t i = first; i < end; i++) {
        json_open_object(stored);
        json_member_int(stored, S("seq"), seq);
        json_member_int(stored, S("team_id"), team_id);
        json_member_int(stored, S("player_id"), rows_int(kept, i, "player_id"));
        json_member_text(stored, S("placement"), rows_text(kept, i, "placement"));
        json_close_object(stored);
    }
}

static enum error keep_players(struct renewing *renewing)
{
    struct change *change = renewing->change;
    TRY(tx_query(
        &change->tx, SQL_LEAGUE_RENEW_KEPT,
        PARAMS(P_INT(renewing->league_id), P_INT(renewing->old.id), keepers_param(renewing)),
        &renewing->kept));
    TRY(check_named(renewing));
    TRY(check_counts(renewing));
    if (renewing->kept.count == 0) {
        return OK;
    }
    struct json stored;
    json_init(&stored, change->arena);
    json_open_array(&stored);
    int64_t active = 0;
    for (size_t first = 0, end = 0; first < renewing->kept.count; first = end) {
        end = team_end(&renewing->kept, first, &active);
        tell_kept(renewing, first, end, &stored);
    }
    json_close_array(&stored);
    tx_send(&change->tx, SQL_LEAGUE_RENEW_ROSTERS,
            PARAMS(P_INT(renewing->league_id), P_INT(renewing->old.id), P_TEXT(json_done(&stored)),
                   P_TIME(change->now)));
    return OK;
}

/* ---- picks and the draft ---- */

static enum error carry_picks(struct renewing *renewing)
{
    struct change *change = renewing->change;
    struct rows picks;
    TRY(tx_query(&change->tx, SQL_LEAGUE_RENEW_PICKS,
                 PARAMS(P_INT(renewing->league_id), P_INT(renewing->old.id)), &picks));
    if (picks.count == 0) {
        return OK;
    }
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_int(&json, S("count"), (int64_t)picks.count);
    json_key(&json, S("picks"));
    json_open_array(&json);
    for (size_t i = 0; i < picks.count; i++) {
        int64_t round = rows_int(&picks, i, "round");
        if (rows_int(&picks, i, "season") == renewing->year && round > renewing->most_rounds) {
            renewing->most_rounds = round;
        }
        json_open_object(&json);
        json_member_int(&json, S("season"), rows_int(&picks, i, "season"));
        json_member_int(&json, S("round"), round);
        json_member_int(&json, S("originalTeamId"), rows_int(&picks, i, "original_team_id"));
        json_member_int(&json, S("ownerTeamId"), rows_int(&picks, i, "owner_team_id"));
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = S("picks.carried"), .payload = json_done(&json) });
    return OK;
}

static int64_t rounds_of(const struct renewing *renewing)
{
    int64_t size = rows_int(&renewing->look, 0, "roster_size");
    int64_t last = rows_int(&renewing->look, 0, "draft_rounds");
    int64_t rounds = size - renewing->most_kept;
    if (is_kind(renewing, S("dynasty"))) {
        bool was_of_rookies = slice_eq(rows_text(&renewing->look, 0, "draft_pool"), S("rookies"));
        if (last > 0 && (was_of_rookies || last < size)) {
            rounds = last;
        }
        rounds = renewing->most_rounds > rounds ? renewing->most_rounds : rounds;
    }
    return rounds < 1 ? 1 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
}

static struct slice bytea(struct arena *arena, const unsigned char *bytes, size_t len)
{
    char hex[2 * SEED_BYTES + 1];
    CHECK(len <= SEED_BYTES);
    sodium_bin2hex(hex, sizeof(hex), bytes, len);
    return arena_format(arena, "\\x%s", hex);
}

struct draft_plan {
    struct slice kind;
    int64_t reversal_round; /* 0: none */
    int64_t rounds;
    bool has_order;
};

static void tell_draft(struct renewing *renewing, const struct draft_plan *plan,
                       const struct rows *stored, struct slice commitment)
{
    struct change *change = renewing->change;
    int64_t draft_id = rows_int(stored, 0, "id");
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_int(&json, S("draftId"), draft_id);
    json_member_text(&json, S("kind"),
                     plan->reversal_round != 0 ? S("third_round_reversal") : plan->kind);
    json_member_int(&json, S("rounds"), plan->rounds);
    json_member_int(&json, S("secondsPerPick"), rows_int(&renewing->look, 0, "seconds_per_pick"));
    json_member_text(&json, S("order"), plan->has_order ? S("reverse_standings") : S("random"));
    json_member_text(&json, S("commitment"), commitment);
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = S("draft.created"), .payload = json_done(&json) });
    if (plan->has_order) {
        struct slice payload = arena_format(change->arena,
                                            "{\"draftId\":%" PRId64
                                            ",\"method\":\"reverse_standings\",\"order\":%.*s}",
                                            draft_id, FMT(rows_text(stored, 0, "team_order")));
        change_event(change, &(struct event){ .kind = S("draft.ordered"), .payload = payload });
    }
}

static enum error schedule_draft(struct renewing *renewing)
{
    struct change *change = renewing->change;
    const struct rows *look = &renewing->look;
    bool is_linear = slice_eq(rows_text(look, 0, "draft_kind"), S("linear"));
    int64_t reversal_round = rows_int(look, 0, "reversal_round");
    struct draft_plan plan = { .kind = is_linear ? S("linear") : S("snake"),
                               .rounds = rounds_of(renewing),
                               .has_order = !is_kind(renewing, S("redraft")) };
    if (!is_linear && reversal_round <= plan.rounds) {
        plan.reversal_round = reversal_round;
    }
    unsigned char seed[SEED_BYTES];
    unsigned char commitment[crypto_hash_sha256_BYTES];
    if (renewing->wanted->seed != NULL) {
        memcpy(seed, renewing->wanted->seed, sizeof(seed));
    } else {
        random_bytes(seed, sizeof(seed));
    }
    crypto_hash_sha256(commitment, seed, sizeof(seed));
    struct slice commitment_text = bytea(change->arena, commitment, sizeof(commitment));
    struct rows stored;
    TRY(tx_query(
        &change->tx, SQL_LEAGUE_RENEW_DRAFT,
        PARAMS(P_INT(renewing->league_id), P_TEXT(plan.kind),
               plan.reversal_round == 0 ? P_NULL : P_INT(plan.reversal_round), P_INT(plan.rounds),
               P_INT(rows_int(look, 0, "seconds_per_pick")), P_BOOL(plan.has_order),
               P_TEXT(bytea(change->arena, seed, sizeof(seed))), P_TEXT(commitment_text)),
        &stored));
    tell_draft(renewing, &plan, &stored, commitment_text);
    return OK;
}

/* ---- the command ---- */

enum error league_renew(struct change *change, int64_t league_id, const struct renewal *wanted,
                        int64_t *ret_league_id)
{
    CHECK(wanted->keeper_count <= RENEW_KEEPERS_MAX);
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        *ret_league_id = change_answer_id(change, "leagueId");
        return OK;
    }
    struct renewing renewing = { .change = change, .wanted = wanted, .old = change->league };
    TRY(check_renewal(&renewing));
    TRY(insert_league(&renewing));
    struct slice answer =
        arena_format(change->arena, "{\"leagueId\":%" PRId64 "}", renewing.league_id);
    TRY(turn_over(&renewing, answer));
    TRY(tell_created(&renewing));
    TRY(keep_players(&renewing));
    TRY(carry_picks(&renewing));
    TRY(schedule_draft(&renewing));
    TRY(change_commit(change, answer));
    *ret_league_id = renewing.league_id;
    return OK;
}
