/* Commands and events: see ledger.h for how they are used. */
#include "league/ledger.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/check.h"
#include "base/json.h"

/* The keys as the schema has them, in the order of the enums. */
static const struct slice actor_keys[] = { S_INIT("user"), S_INIT("commissioner"),
                                           S_INIT("operator"), S_INIT("system"), S_INIT("import") };
static const struct slice state_keys[] = { S_INIT("setup"), S_INIT("drafting"), S_INIT("in_season"),
                                           S_INIT("playoffs"), S_INIT("complete") };
static const struct slice role_keys[] = { S_INIT(""), S_INIT("viewer"), S_INIT("manager"),
                                          S_INIT("co_commissioner"), S_INIT("commissioner") };
static const struct slice visibility_keys[] = { S_INIT("league"), S_INIT("public"), S_INIT("team"),
                                                S_INIT("commissioner"), S_INIT("sealed") };
static const struct slice waiver_keys[] = { S_INIT("faab"), S_INIT("rolling"), S_INIT("reset"),
                                            S_INIT("none") };
static const struct slice round_keys[] = { S_INIT("one_week"), S_INIT("two_week_final"),
                                           S_INIT("two_weeks") };
static const struct slice lock_keys[] = { S_INIT("player_kickoff"), S_INIT("first_game") };

_Static_assert(ARRAY_LEN(state_keys) == LEAGUE_STATE_COUNT, "one key per state");

struct slice actor_kind_key(enum actor_kind kind)
{
    CHECK((size_t)kind < ARRAY_LEN(actor_keys));
    return actor_keys[kind];
}

struct slice league_state_key(enum league_state state)
{
    CHECK((size_t)state < ARRAY_LEN(state_keys));
    return state_keys[state];
}

/* The schema lets no other key in, so one that is not there is our mistake. */
static int key_index(struct slice key, const struct slice *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (slice_eq(key, keys[i])) {
            return (int)i;
        }
    }
    check_failed("a key the schema knows", __FILE__, __LINE__);
}

#define KEY_OF(rows, column, keys)                                                                 \
    key_index(rows_text((rows), 0, (column)), (keys), ARRAY_LEN(keys))

/* ---- loading ---- */

static int small(const struct rows *rows, const char *column)
{
    return (int)rows_int(rows, 0, column);
}

static int small_or(const struct rows *rows, const char *column, int otherwise)
{
    return rows_null(rows, 0, column) ? otherwise : small(rows, column);
}

static status_mask read_statuses(struct slice keys)
{
    status_mask mask = 0;
    while (keys.ptr != NULL && keys.len > 0) {
        enum player_status status = player_status_from(slice_cut(&keys, ' '));
        CHECK(status != PLAYER_STATUS_COUNT);
        mask |= (status_mask)1u << status;
    }
    return mask;
}

static void read_identity(const struct rows *rows, struct league *league)
{
    league->id = rows_int(rows, 0, "id");
    league->seq = rows_int(rows, 0, "seq");
    league->state = (enum league_state)KEY_OF(rows, "state", state_keys);
    league->name = rows_text(rows, 0, "name");
    league->slug = rows_text(rows, 0, "slug");
    league->season = small(rows, "season");
    league->is_sample = rows_bool(rows, 0, "is_sample");
    league->replay_at = rows_time(rows, 0, "replay_at");
    league->is_public = slice_eq(rows_text(rows, 0, "visibility"), S("public"));
    league->is_open_to_join = rows_bool(rows, 0, "is_open_to_join");
    league->time_zone = rows_text(rows, 0, "time_zone");
    league->kind = rows_text(rows, 0, "kind");
    league->format = rows_text(rows, 0, "format");
    league->is_best_ball = rows_bool(rows, 0, "is_best_ball");
    league->scoring_profile_id = rows_int(rows, 0, "scoring_profile_id");
}

static void read_calendar(const struct rows *rows, struct league *league)
{
    league->team_count = small(rows, "team_count");
    league->has_median_game = rows_bool(rows, 0, "has_median_game");
    league->start_week = small(rows, "start_week");
    league->playoff_start_week = small(rows, "playoff_start_week");
    league->last_week = small(rows, "last_week");
    league->playoff_teams = small(rows, "playoff_teams");
    league->playoff_rounds = (enum round_length)KEY_OF(rows, "playoff_rounds", round_keys);
    league->playoff_tie = rows_text(rows, 0, "playoff_tie");
    league->is_reseeded = rows_bool(rows, 0, "is_reseeded");
    league->division_winners_first = rows_bool(rows, 0, "division_winners_first");
    league->has_third_place_game = rows_bool(rows, 0, "has_third_place_game");
    league->consolation = rows_text(rows, 0, "consolation");
    league->final_delay_hours = small(rows, "final_delay_hours");
}

static void read_rules(const struct rows *rows, struct league *league)
{
    league->lock = KEY_OF(rows, "lock_rule", lock_keys) == 1 ? LOCK_AT_FIRST_GAME : LOCK_AT_KICKOFF;
    if (league->is_best_ball) {
        league->lock = LOCK_NEVER;
    }
    league->is_bench_locked = rows_bool(rows, 0, "is_bench_locked");
    league->lineups_are_hidden = rows_bool(rows, 0, "lineups_are_hidden");
    league->reserve_statuses = read_statuses(rows_text(rows, 0, "ir_statuses"));
    league->adds_per_week_max = small_or(rows, "adds_per_week_max", -1);
    league->adds_per_season_max = small_or(rows, "adds_per_season_max", -1);
    league->waiver_kind = (enum waiver_kind)KEY_OF(rows, "waiver_kind", waiver_keys);
    league->waiver_is_continuous = rows_bool(rows, 0, "waiver_is_continuous");
    league->waiver_hours = small(rows, "waiver_hours");
    league->waiver_auto = rows_bool(rows, 0, "waiver_auto");
    league->faab_budget = small(rows, "faab_budget");
    league->faab_min_bid = small(rows, "faab_min_bid");
    league->trade_deadline_week = small(rows, "trade_deadline_week");
    league->trade_review = rows_text(rows, 0, "trade_review");
    league->trade_review_hours = small(rows, "trade_review_hours");
    league->trade_expiry_hours = small(rows, "trade_expiry_hours");
    league->commissioner_is_locked_out = rows_bool(rows, 0, "commissioner_is_locked_out");
}

static void read_league(struct change *change, const struct rows *rows)
{
    struct league *league = &change->league;
    read_identity(rows, league);
    read_calendar(rows, league);
    read_rules(rows, league);
    change->league_now = league->replay_at != 0 ? league->replay_at : change->now;
    struct slice role = rows_text(rows, 0, "role");
    change->role = role.ptr == NULL
                       ? ROLE_NONE
                       : (enum league_role)key_index(role, role_keys, ARRAY_LEN(role_keys));
    change->team_id = rows_int(rows, 0, "team_id");
}

/* ---- beginning ---- */

static struct slice bytea_text(struct arena *arena, const unsigned char *bytes, size_t len)
{
    struct buffer text;
    buffer_init(&text, arena);
    buffer_add(&text, S("\\x"));
    for (size_t i = 0; i < len; i++) {
        buffer_format(&text, "%02x", bytes[i]);
    }
    return buffer_slice(&text);
}

static enum error check_command_id(struct change *change)
{
    struct slice id = change->command_id;
    bool is_fine = id.len == 0 || (id.len >= COMMAND_ID_MIN && id.len <= COMMAND_ID_MAX);
    for (size_t i = 0; i < id.len && is_fine; i++) {
        is_fine = id.ptr[i] >= '!' && id.ptr[i] <= '~' && (i > 0 || id.ptr[i] != '~');
    }
    if (!is_fine) {
        return refuse(change->faults, E_INVALID,
                      "An Idempotency-Key has %d to %d printable ASCII characters without blanks "
                      "and does not start with \"~\".",
                      COMMAND_ID_MIN, COMMAND_ID_MAX);
    }
    return OK;
}

/* As the schema wants it: lower case words joined by dots. */
static bool is_kind(struct slice kind)
{
    bool is_fine = kind.len > 0 && kind.len <= 64;
    for (size_t i = 0; i < kind.len && is_fine; i++) {
        char byte = kind.ptr[i];
        is_fine = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_' ||
                  byte == '.';
    }
    return is_fine;
}

static enum error open_change(struct change *change)
{
    CHECK(change->arena != NULL);
    CHECK(change->faults != NULL);
    CHECK(change->now > 0);
    CHECK(is_kind(change->kind));
    CHECK(change->actor.user_id != 0 || change->actor.kind > ACTOR_COMMISSIONER);
    CHECK(change->tx.connection == NULL);
    TRY(check_command_id(change));
    crypto_hash_sha256_state hashing;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&hashing);
    crypto_hash_sha256_update(&hashing, (const unsigned char *)change->kind.ptr, change->kind.len);
    crypto_hash_sha256_update(&hashing, (const unsigned char *)"\n", 1);
    crypto_hash_sha256_update(&hashing, (const unsigned char *)change->request.ptr,
                              change->request.len);
    crypto_hash_sha256_final(&hashing, hash);
    change->request_hash = bytea_text(change->arena, hash, sizeof(hash));
    return tx_begin(change->arena, &change->tx);
}

static struct param user_param(const struct change *change)
{
    return change->actor.user_id == 0 ? P_NULL : P_INT(change->actor.user_id);
}

static enum error load(struct change *change, int64_t league_id, struct rows *ret_rows)
{
    struct param id = change->command_id.len == 0 ? P_NULL : P_TEXT(change->command_id);
    TRY(tx_query(&change->tx, SQL_LEAGUE_LOAD,
                 PARAMS(P_INT(league_id), user_param(change), id, P_TEXT(change->request_hash)),
                 ret_rows));
    if (ret_rows->count == 0) {
        return refuse(change->faults, E_NOT_FOUND, "There is no league %" PRId64 ".", league_id);
    }
    read_league(change, ret_rows);
    return OK;
}

static enum error refuse_reused(struct change *change)
{
    return refuse(change->faults, E_CONFLICT,
                  "The Idempotency-Key was used for another request already; take a new one.");
}

enum error change_begin(struct change *change, int64_t league_id)
{
    TRY(open_change(change));
    tx_send(&change->tx, SQL_LEAGUE_LOCK, PARAMS(P_INT(league_id)));
    struct rows rows;
    TRY(load(change, league_id, &rows));
    change->seq = change->league.seq;
    change->stored_id = change->command_id;
    if (change->command_id.len == 0) {
        change->stored_id = arena_format(change->arena, "~%" PRId64, change->seq + 1);
    }
    if (rows_null(&rows, 0, "command_id")) {
        return OK;
    }
    if (!rows_bool(&rows, 0, "command_is_same") ||
        rows_int(&rows, 0, "command_user_id") != change->actor.user_id) {
        return refuse_reused(change);
    }
    change->is_repeat = true;
    change->status = small(&rows, "command_status");
    change->answer = rows_text(&rows, 0, "command_answer");
    return OK;
}

enum error change_begin_new(struct change *change)
{
    TRY(open_change(change));
    change->is_new_league = true;
    if (change->command_id.len == 0 || change->actor.user_id == 0) {
        return OK;
    }
    struct rows rows;
    TRY(tx_query(
        &change->tx, SQL_LEAGUE_USER_COMMAND,
        PARAMS(user_param(change), P_TEXT(change->command_id), P_TEXT(change->request_hash)),
        &rows));
    if (rows.count == 0) {
        return OK;
    }
    if (!rows_bool(&rows, 0, "is_same")) {
        return refuse_reused(change);
    }
    change->is_repeat = true;
    change->status = small(&rows, "status");
    change->answer = rows_text(&rows, 0, "answer");
    return OK;
}

enum error change_adopt(struct change *change, int64_t league_id)
{
    CHECK(change->is_new_league);
    change->stored_id = change->command_id.len == 0 ? S("~1") : change->command_id;
    struct rows rows;
    TRY(load(change, league_id, &rows));
    CHECK(change->league.seq == 0);
    return OK;
}

enum error change_reload(struct change *change)
{
    struct rows rows;
    return load(change, change->league.id, &rows);
}

/* ---- events ---- */

static struct param text_or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

static struct param id_or_null(int64_t id)
{
    return id == 0 ? P_NULL : P_INT(id);
}

int64_t change_event(struct change *change, const struct event *event)
{
    CHECK(change->league.id != 0);
    CHECK(!change->is_repeat);
    CHECK(is_kind(event->kind));
    CHECK((size_t)event->visibility < ARRAY_LEN(visibility_keys));
    CHECK(change->seq - change->league.seq < CHANGE_EVENTS_MAX);
    change->seq++;
    tx_send(&change->tx, SQL_LEAGUE_APPEND_EVENT,
            PARAMS(P_INT(change->league.id), P_INT(change->seq), P_TEXT(change->stored_id),
                   P_TEXT(event->kind), P_TEXT(actor_keys[change->actor.kind]), user_param(change),
                   id_or_null(event->team_id), id_or_null(event->week),
                   P_TEXT(visibility_keys[event->visibility]),
                   P_TIME(event->at == 0 ? change->now : event->at),
                   P_TEXT(event->payload.len == 0 ? S("{}") : event->payload)));
    return change->seq;
}

static void seal(struct change *change, struct slice answer)
{
    int status = change->status == 0 ? 200 : change->status;
    tx_send(&change->tx, SQL_LEAGUE_COMMAND_ADD,
            PARAMS(P_INT(change->league.id), P_TEXT(change->stored_id), P_TEXT(change->kind),
                   P_TEXT(actor_keys[change->actor.kind]), user_param(change),
                   P_TEXT(change->request_hash), P_INT(change->league.seq + 1), P_INT(change->seq),
                   P_INT(status), text_or_null(answer), P_TIME(change->now)));
    if (change->is_new_league && change->command_id.len > 0 && change->actor.user_id != 0) {
        tx_send(&change->tx, SQL_LEAGUE_USER_COMMAND_ADD,
                PARAMS(user_param(change), P_TEXT(change->command_id), P_TEXT(change->kind),
                       P_TEXT(change->request_hash), P_INT(status), text_or_null(answer),
                       P_TIME(change->now)));
    }
    tx_send(&change->tx, SQL_LEAGUE_SEAL, PARAMS(P_INT(change->league.id), P_INT(change->seq)));
}

enum error change_commit(struct change *change, struct slice answer)
{
    CHECK(change->seq > change->league.seq);
    seal(change, answer);
    TRY(tx_commit(&change->tx));
    change->answer = answer;
    return OK;
}

enum error change_commit_nothing(struct change *change, struct slice answer)
{
    CHECK(change->seq == change->league.seq);
    TRY(tx_commit(&change->tx));
    change->answer = answer;
    return OK;
}

/* ---- several leagues ---- */

void change_leave(struct change *change, struct slice answer)
{
    if (change->seq > change->league.seq) {
        seal(change, answer);
    }
    change->command_id = S("");
    change->is_new_league = false;
    change->seq = 0;
    change->league = (struct league){ .id = 0 };
}

enum error change_enter(struct change *change, int64_t league_id)
{
    CHECK(change->league.id == 0);
    tx_send(&change->tx, SQL_LEAGUE_LOCK, PARAMS(P_INT(league_id)));
    struct rows rows;
    TRY(load(change, league_id, &rows));
    change->seq = change->league.seq;
    change->stored_id = arena_format(change->arena, "~%" PRId64, change->seq + 1);
    return OK;
}

enum error change_enter_new(struct change *change, int64_t league_id)
{
    change->is_new_league = true;
    return change_adopt(change, league_id);
}

void change_done(struct change *change)
{
    tx_done(&change->tx);
}

/* ---- rights ---- */

bool change_is_commissioner(const struct change *change)
{
    return change->actor.kind != ACTOR_USER || change->role >= ROLE_CO_COMMISSIONER;
}

enum error change_require_commissioner(struct change *change)
{
    if (!change_is_commissioner(change)) {
        return refuse(change->faults, E_FORBIDDEN, "Only the commissioner of %.*s may do this.",
                      FMT(change->league.name));
    }
    if (change->actor.kind == ACTOR_USER) {
        change->actor.kind = ACTOR_COMMISSIONER;
    }
    return OK;
}

enum error change_require_team(struct change *change, int64_t team_id)
{
    if (change->actor.kind == ACTOR_USER && change->team_id == team_id && team_id != 0) {
        return OK;
    }
    if (!change_is_commissioner(change)) {
        return refuse(change->faults, E_FORBIDDEN,
                      "Only the team's managers and the commissioner may do this.");
    }
    return change_require_commissioner(change);
}

enum error change_require_state(struct change *change, unsigned states)
{
    static const char *const words[] = {
        [LEAGUE_SETUP] = "has not drafted yet",     [LEAGUE_DRAFTING] = "is drafting",
        [LEAGUE_IN_SEASON] = "is in its season",    [LEAGUE_PLAYOFFS] = "is in its playoffs",
        [LEAGUE_COMPLETE] = "has ended its season",
    };
    if ((states & (1u << change->league.state)) != 0) {
        return OK;
    }
    return refuse(change->faults, E_LEAGUE_STATE, "%.*s %s, so this cannot be done now.",
                  FMT(change->league.name), words[change->league.state]);
}

/* ---- the chain ---- */

static void add_optional(struct buffer *text, int64_t number, int64_t nothing)
{
    if (number != nothing) {
        buffer_format(text, "%" PRId64, number);
    }
    buffer_byte(text, '\n');
}

void ledger_hash(struct arena *arena, const struct ledger_event *event,
                 unsigned char ret_hash[LEDGER_HASH_BYTES])
{
    struct buffer text;
    buffer_init(&text, arena);
    buffer_add(&text, S("astralfield event 1\n"));
    for (size_t i = 0; i < LEDGER_HASH_BYTES; i++) {
        buffer_format(&text, "%02x", event->prev_hash[i]);
    }
    buffer_format(&text, "\n%" PRId64 "\n%" PRId64 "\n%.*s\n%.*s\n%.*s\n", event->league_id,
                  event->seq, FMT(event->command_id), FMT(event->kind), FMT(event->actor_kind));
    add_optional(&text, event->actor_user_id, 0);
    add_optional(&text, event->team_id, 0);
    add_optional(&text, event->week, -1);
    buffer_format(&text, "%.*s\n%" PRId64 "\n", FMT(event->visibility), event->at);
    buffer_add(&text, event->payload);
    struct slice ready = buffer_slice(&text);
    crypto_hash_sha256(ret_hash, (const unsigned char *)ready.ptr, ready.len);
}
