/* Setting a draft up and controlling it. */
#include "league/draft.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/check.h"
#include "base/json.h"
#include "league/draft_internal.h"

static const struct slice state_keys[] = { S_INIT("scheduled"), S_INIT("running"), S_INIT("paused"),
                                           S_INIT("complete"), S_INIT("cancelled") };

/* ---- loading ---- */

enum error draft_league(struct arena *arena, struct faults *faults, int64_t draft_id,
                        int64_t *ret_league_id)
{
    struct rows rows;
    TRY(db_read(arena, SQL_DRAFT_LEAGUE, PARAMS(P_INT(draft_id)), &rows));
    if (rows.count == 0) {
        return refuse(faults, E_NOT_FOUND, "There is no draft %" PRId64 ".", draft_id);
    }
    *ret_league_id = rows_int(&rows, 0, "league_id");
    return OK;
}

static enum draft_state state_of(struct slice key)
{
    size_t i = 0;
    while (i < ARRAY_LEN(state_keys) && !slice_eq(key, state_keys[i])) {
        i++;
    }
    CHECK(i < ARRAY_LEN(state_keys));
    return (enum draft_state)i;
}

enum error draft_load(struct change *change, int64_t draft_id, struct draft *ret_draft)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_DRAFT_LOAD, PARAMS(P_INT(change->league.id), P_INT(draft_id)),
                 &rows));
    bool is_linear = slice_eq(rows_text(&rows, 0, "kind"), S("linear"));
    struct draft draft = {
        .id = draft_id,
        .state = state_of(rows_text(&rows, 0, "state")),
        .shape = { .kind = is_linear ? DRAFT_LINEAR : DRAFT_SNAKE,
                   .team_count = (uint8_t)rows_int(&rows, 0, "ordered_teams"),
                   .round_count = (uint8_t)rows_int(&rows, 0, "rounds"),
                   .reversal_round = (uint8_t)rows_int(&rows, 0, "reversal_round") },
        .seconds_per_pick = (int)rows_int(&rows, 0, "seconds_per_pick"),
        .current_pick = (int)rows_int(&rows, 0, "current_pick"),
        .last_pick = (int)rows_int(&rows, 0, "last_pick"),
        .deadline_at = rows_time(&rows, 0, "deadline_at"),
        .paused_remaining_ms = rows_int(&rows, 0, "paused_remaining_ms"),
        .is_manual = slice_eq(rows_text(&rows, 0, "order_method"), S("manual")),
        .team_id = rows_int(&rows, 0, "team_id"),
        .is_auto = rows_bool(&rows, 0, "is_autopick"),
        .round = (int)rows_int(&rows, 0, "round"),
    };
    struct slice seed = rows_text(&rows, 0, "order_seed");
    size_t len = 0;
    if (seed.ptr == NULL ||
        sodium_hex2bin(draft.seed, sizeof(draft.seed), seed.ptr, seed.len, NULL, &len, NULL) != 0) {
        return E_INTERNAL;
    }
    *ret_draft = draft;
    return OK;
}

enum error draft_begin(struct change *change, int64_t draft_id, struct draft *ret_draft)
{
    int64_t league_id = 0;
    TRY(draft_league(change->arena, change->faults, draft_id, &league_id));
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    return draft_load(change, draft_id, ret_draft);
}

enum error draft_require(struct change *change, const struct draft *draft, unsigned states)
{
    static const char *const words[] = {
        [DRAFT_STATE_SCHEDULED] = "has not started", [DRAFT_STATE_RUNNING] = "is running",
        [DRAFT_STATE_PAUSED] = "is paused",          [DRAFT_STATE_COMPLETE] = "is complete",
        [DRAFT_STATE_CANCELLED] = "was cancelled",
    };
    if ((states & (1u << draft->state)) != 0) {
        return OK;
    }
    return refuse(change->faults, E_DRAFT_STATE, "The draft %s.", words[draft->state]);
}

struct rng draft_rng(const struct draft *draft, struct slice purpose)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state hashing;
    crypto_hash_sha256_init(&hashing);
    crypto_hash_sha256_update(&hashing, draft->seed, sizeof(draft->seed));
    crypto_hash_sha256_update(&hashing, (const unsigned char *)purpose.ptr, purpose.len);
    crypto_hash_sha256_final(&hashing, hash);
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof(number); i++) {
        number |= (uint64_t)hash[i] << (8 * i);
    }
    struct rng rng;
    rng_seed(&rng, number);
    return rng;
}

struct slice draft_bytea(struct arena *arena, const unsigned char *bytes, size_t len)
{
    char hex[2 * SEED_BYTES + 1];
    CHECK(len <= SEED_BYTES);
    sodium_bin2hex(hex, sizeof(hex), bytes, len);
    return arena_format(arena, "\\x%s", hex);
}

/* ---- making ---- */

static enum error check_new(struct change *change, const struct draft_new *wanted, int roster_size)
{
    struct faults *faults = change->faults;
    if (wanted->rounds < 1 || wanted->rounds > roster_size) {
        fault_add(faults, S("/rounds"), "must be from 1 to the size of a roster (%d)", roster_size);
    }
    if (wanted->seconds_per_pick < 5 || wanted->seconds_per_pick > 604800) {
        fault_add(faults, S("/secondsPerPick"), "must be from 5 to 604800");
    }
    if (wanted->is_manual && wanted->team_order == NULL) {
        fault_add(faults, S("/teamOrder"), "is needed for an order by hand");
    }
    if (faults->count > 0) {
        return refuse(faults, E_INVALID, "The draft cannot be held like this.");
    }
    return OK;
}

static struct slice created_payload(struct arena *arena, int64_t draft_id,
                                    const struct draft_new *wanted, struct slice commitment)
{
    static const struct slice kinds[] = { S_INIT("snake"), S_INIT("linear"),
                                          S_INIT("third_round_reversal") };
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    json_member_int(&json, S("draftId"), draft_id);
    json_member_text(&json, S("kind"), kinds[wanted->kind]);
    json_member_int(&json, S("rounds"), wanted->rounds);
    json_member_int(&json, S("secondsPerPick"), wanted->seconds_per_pick);
    json_member_text(&json, S("order"), wanted->is_manual ? S("manual") : S("random"));
    json_member_text(&json, S("commitment"), commitment);
    json_close_object(&json);
    return json_done(&json);
}

/* Writes the scheduled draft anew, with a new seed: each drawing is in the ledger. */
static enum error configure(struct change *change, const struct draft_new *wanted,
                            int64_t *ret_draft_id)
{
    unsigned char seed[SEED_BYTES];
    unsigned char commitment[crypto_hash_sha256_BYTES];
    random_bytes(seed, sizeof(seed));
    crypto_hash_sha256(commitment, seed, sizeof(seed));
    struct slice commitment_text = draft_bytea(change->arena, commitment, sizeof(commitment));
    bool is_linear = wanted->kind == SETTINGS_LINEAR;
    bool is_reversed = wanted->kind == SETTINGS_THIRD_ROUND_REVERSAL && wanted->rounds >= 3;
    struct rows rows;
    TRY(tx_query(
        &change->tx, SQL_DRAFT_CONFIGURE,
        PARAMS(P_INT(change->league.id), P_TEXT(is_linear ? S("linear") : S("snake")),
               is_reversed ? P_INT(3) : P_NULL, P_INT(wanted->rounds),
               P_INT(wanted->seconds_per_pick),
               wanted->scheduled_at == 0 ? P_NULL : P_TIME(wanted->scheduled_at),
               P_TEXT(wanted->is_manual ? S("manual") : S("random")),
               P_TEXT(draft_bytea(change->arena, seed, sizeof(seed))), P_TEXT(commitment_text)),
        &rows));
    if (rows.count == 0) {
        return refuse(change->faults, E_DRAFT_STATE, "The league has drafted already.");
    }
    *ret_draft_id = rows_int(&rows, 0, "id");
    change_event(change, &(struct event){ .kind = S("draft.created"),
                                          .payload = created_payload(change->arena, *ret_draft_id,
                                                                     wanted, commitment_text) });
    return OK;
}

/* By hand, or by lot when all teams are there; else it is drawn at the start. */
static enum error order_now(struct change *change, int64_t draft_id, const struct draft_new *wanted)
{
    struct draft draft;
    struct rows teams;
    TRY(draft_load(change, draft_id, &draft));
    TRY(tx_query(&change->tx, SQL_LEAGUE_TEAM_LIST, PARAMS(P_INT(change->league.id)), &teams));
    if (wanted->is_manual) {
        if (wanted->team_count != teams.count) {
            fault_add(change->faults, S("/teamOrder"), "must name each of the %zu teams once",
                      teams.count);
            return refuse(change->faults, E_INVALID, "The draft cannot be held like this.");
        }
        return draft_order(change, &draft, wanted->team_order);
    }
    if (teams.count == (size_t)change->league.team_count) {
        return draft_order(change, &draft, NULL);
    }
    return OK;
}

enum error draft_create(struct change *change, int64_t league_id, const struct draft_new *wanted)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    TRY(change_require_state(change, 1u << LEAGUE_SETUP));
    struct settings settings;
    TRY(settings_load(change, &settings));
    int roster_size = settings_roster_size(&settings);
    struct draft_new complete = *wanted;
    complete.rounds = wanted->rounds == 0 ? roster_size : wanted->rounds;
    if (wanted->seconds_per_pick == 0) {
        complete.seconds_per_pick = settings.seconds_per_pick;
    }
    TRY(check_new(change, &complete, roster_size));
    int64_t draft_id = 0;
    TRY(configure(change, &complete, &draft_id));
    TRY(order_now(change, draft_id, &complete));
    return change_commit(
        change, arena_format(change->arena, "{\"draftId\":%" PRId64 ",\"leagueId\":%" PRId64 "}",
                             draft_id, league_id));
}

/* ---- control ---- */

static void tell_clock(struct change *change, const struct draft *draft, struct slice kind)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_int(&json, S("draftId"), draft->id);
    json_member_int(&json, S("number"), draft->current_pick);
    json_member_int(&json, S("remainingMs"), draft->paused_remaining_ms);
    json_close_object(&json);
    change_event(change, &(struct event){ .kind = kind, .payload = json_done(&json) });
}

static enum error pause_draft(struct change *change, struct draft *draft)
{
    TRY(draft_require(change, draft, 1u << DRAFT_STATE_RUNNING));
    int64_t left = (draft->deadline_at - change->now) / US_PER_MS;
    draft->paused_remaining_ms = left > 0 ? left : 0;
    tx_send(&change->tx, SQL_DRAFT_SET_CLOCK,
            PARAMS(P_INT(change->league.id), P_INT(draft->id), P_TEXT(S("paused")), P_NULL,
                   P_INT(draft->paused_remaining_ms)));
    tell_clock(change, draft, S("draft.paused"));
    return OK;
}

static enum error resume_draft(struct change *change, struct draft *draft)
{
    TRY(draft_require(change, draft, 1u << DRAFT_STATE_PAUSED));
    utime deadline = change->now + draft->paused_remaining_ms * US_PER_MS;
    tx_send(&change->tx, SQL_DRAFT_SET_CLOCK,
            PARAMS(P_INT(change->league.id), P_INT(draft->id), P_TEXT(S("running")),
                   P_TIME(deadline), P_NULL));
    tell_clock(change, draft, S("draft.resumed"));
    return OK;
}

static enum error cancel_draft(struct change *change, struct draft *draft, int64_t *ret_draft_id)
{
    TRY(draft_require(
        change, draft,
        1u << DRAFT_STATE_SCHEDULED | 1u << DRAFT_STATE_RUNNING | 1u << DRAFT_STATE_PAUSED));
    unsigned char seed[SEED_BYTES];
    unsigned char commitment[crypto_hash_sha256_BYTES];
    random_bytes(seed, sizeof(seed));
    crypto_hash_sha256(commitment, seed, sizeof(seed));
    tx_send(&change->tx, SQL_DRAFT_DROP_PICKS, PARAMS(P_INT(change->league.id), P_INT(draft->id)));
    tx_send(&change->tx, SQL_LEAGUE_SET_STATE,
            PARAMS(P_INT(change->league.id), P_TEXT(S("setup"))));
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_DRAFT_CANCEL,
                 PARAMS(P_INT(change->league.id), P_INT(draft->id),
                        P_TEXT(draft_bytea(change->arena, seed, sizeof(seed))),
                        P_TEXT(draft_bytea(change->arena, commitment, sizeof(commitment)))),
                 &rows));
    tell_clock(change, draft, S("draft.cancelled"));
    *ret_draft_id = rows_int(&rows, 0, "id");
    return OK;
}

enum error draft_control(struct change *change, int64_t draft_id, enum draft_action action)
{
    struct draft draft;
    TRY(draft_begin(change, draft_id, &draft));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    int64_t answer_id = draft_id;
    switch (action) {
    case DRAFT_START:
        TRY(draft_start(change, &draft));
        break;
    case DRAFT_PAUSE:
        TRY(pause_draft(change, &draft));
        break;
    case DRAFT_RESUME:
        TRY(resume_draft(change, &draft));
        break;
    case DRAFT_CANCEL:
        TRY(cancel_draft(change, &draft, &answer_id));
        break;
    }
    return change_commit(change,
                         arena_format(change->arena, "{\"draftId\":%" PRId64 "}", answer_id));
}
