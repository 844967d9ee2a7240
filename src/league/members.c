#include "league/members.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/json.h"
#include "league/claim.h"
#include "league/create.h"
#include "league/invite.h"

enum { ABBREV_LETTERS = 4, ABBREV_MAX = 5 };

/* ---- abbreviations ---- */

static bool is_word_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9');
}

static char upper(char byte)
{
    return byte >= 'a' && byte <= 'z' ? (char)(byte - 'a' + 'A') : byte;
}

struct slice team_abbreviation(struct arena *arena, struct slice name)
{
    struct buffer initials;
    struct buffer letters;
    buffer_init(&initials, arena);
    buffer_init(&letters, arena);
    bool is_in_word = false;
    for (size_t i = 0; i < name.len; i++) {
        char byte = name.ptr[i];
        /* An apostrophe does not begin a word: "Andy's Aces" is AA. */
        bool is_word = is_word_byte(byte) || (byte & 0x80) != 0 || (is_in_word && byte == '\'');
        if (is_word_byte(byte) && letters.len < ABBREV_LETTERS) {
            buffer_byte(&letters, upper(byte));
        }
        if (is_word_byte(byte) && !is_in_word && initials.len < ABBREV_LETTERS) {
            buffer_byte(&initials, upper(byte));
        }
        is_in_word = is_word;
    }
    if (initials.len > 1) {
        return buffer_slice(&initials);
    }
    return letters.len > 0 ? buffer_slice(&letters) : S("TEAM");
}

/* ---- teams ---- */

static void tell_team(struct change *change, struct slice kind, int64_t team_id, struct slice name)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_text(&json, S("name"), name);
    json_close_object(&json);
    change_event(change,
                 &(struct event){ .kind = kind, .team_id = team_id, .payload = json_done(&json) });
}

static void add_owner(struct change *change, int64_t team_id, int64_t user_id)
{
    tx_send(&change->tx, SQL_LEAGUE_OWNER_ADD,
            PARAMS(P_INT(change->league.id), P_INT(team_id), P_INT(user_id), P_TIME(change->now)));
}

enum error team_add(struct change *change, const struct team_new *team, int64_t *ret_team_id)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_TEAM_ADD,
                 PARAMS(P_INT(change->league.id), P_TEXT(team->name),
                        P_TEXT(team_abbreviation(change->arena, team->name)),
                        P_INT(change->league.faab_budget), P_TIME(change->now)),
                 &rows));
    *ret_team_id = rows_int(&rows, 0, "id");
    if (team->owner_user_id != 0) {
        add_owner(change, *ret_team_id, team->owner_user_id);
    }
    tell_team(change, S("team.joined"), *ret_team_id, team->name);
    return OK;
}

static struct slice checked_abbrev(struct slice abbrev, struct faults *faults)
{
    abbrev = slice_trim(abbrev);
    bool is_fine = abbrev.len >= 1 && abbrev.len <= ABBREV_MAX;
    for (size_t i = 0; i < abbrev.len && is_fine; i++) {
        is_fine = is_word_byte(abbrev.ptr[i]);
    }
    if (!is_fine) {
        fault_add(faults, S("/abbrev"), "must have 1 to %d letters or digits", ABBREV_MAX);
    }
    return abbrev;
}

static struct slice team_patch_payload(struct arena *arena, const struct team_patch *patch)
{
    struct json json;
    json_init(&json, arena);
    json_open_object(&json);
    if (patch->name.ptr != NULL) {
        json_member_text(&json, S("name"), patch->name);
    }
    if (patch->abbrev.ptr != NULL) {
        json_member_text(&json, S("abbrev"), patch->abbrev);
    }
    if (patch->crest >= 0) {
        json_member_int(&json, S("crest"), patch->crest);
    }
    json_close_object(&json);
    return json_done(&json);
}

enum error team_update(struct change *change, int64_t league_id, int64_t team_id,
                       const struct team_patch *patch)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_team(change, team_id));
    struct team_patch wanted = *patch;
    if (wanted.name.ptr != NULL) {
        wanted.name = checked_name(wanted.name, S("/name"), change->faults);
    }
    if (wanted.abbrev.ptr != NULL) {
        wanted.abbrev = checked_abbrev(wanted.abbrev, change->faults);
    }
    if (wanted.crest >= CREST_COUNT) {
        fault_add(change->faults, S("/crest"), "must be from 0 to %d", CREST_COUNT - 1);
    }
    if (change->faults->count > 0) {
        return refuse(change->faults, E_INVALID, "The team cannot be changed like this.");
    }
    struct param crest =
        wanted.crest < 0 ? P_NULL : P_TEXT(arena_format(change->arena, "crest-%d", wanted.crest));
    struct rows rows;
    TRY(tx_query(
        &change->tx, SQL_LEAGUE_TEAM_CHANGE,
        PARAMS(P_INT(league_id), P_INT(team_id), P_TEXT(wanted.name), P_TEXT(wanted.abbrev), crest),
        &rows));
    if (rows.count == 0) {
        return refuse(change->faults, E_NOT_FOUND, "The league has no such team.");
    }
    change_event(change, &(struct event){ .kind = S("team.changed"),
                                          .team_id = team_id,
                                          .payload = team_patch_payload(change->arena, &wanted) });
    return change_commit(change, arena_format(change->arena, "{\"teamId\":%" PRId64 "}", team_id));
}

enum error team_league(struct arena *arena, struct faults *faults, int64_t team_id,
                       int64_t *ret_league_id)
{
    struct rows rows;
    TRY(db_read(arena, SQL_LEAGUE_OF_TEAM, PARAMS(P_INT(team_id)), &rows));
    if (rows.count == 0) {
        return refuse(faults, E_NOT_FOUND, "There is no team %" PRId64 ".", team_id);
    }
    *ret_league_id = rows_int(&rows, 0, "league_id");
    return OK;
}

/* ---- joining ---- */

struct joining {
    struct slice role;
    int64_t invite_id; /* 0: the league is open */
    int64_t invite_team_id;
    struct claim claim; /* of the placeholder who runs the team */
};

static enum error use_invite(struct change *change, struct slice code, struct joining *ret_joining)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_INVITE_FIND,
                 PARAMS(P_INT(change->league.id), P_TEXT(invite_hash(change->arena, code)),
                        P_INT(change->actor.user_id), P_TIME(change->now)),
                 &rows));
    if (rows.count == 0 || !rows_bool(&rows, 0, "is_usable")) {
        return refuse(change->faults, E_INVITE, INVITE_NOT_VALID);
    }
    if (!rows_bool(&rows, 0, "is_for_user")) {
        return refuse(change->faults, E_INVITE,
                      "The invitation is for another e-mail address than your account's.");
    }
    *ret_joining = (struct joining){ .role = rows_text(&rows, 0, "role"),
                                     .invite_id = rows_int(&rows, 0, "id"),
                                     .invite_team_id = rows_int(&rows, 0, "team_id") };
    return OK;
}

/* A new team while there is room, else one that nobody runs. */
static enum error give_team(struct change *change, struct joining *joining, struct slice name,
                            int64_t *ret_team_id)
{
    struct rows rows;
    TRY(tx_query(&change->tx, SQL_LEAGUE_ROOM,
                 PARAMS(P_INT(change->league.id),
                        joining->invite_team_id == 0 ? P_NULL : P_INT(joining->invite_team_id)),
                 &rows));
    int64_t orphan_id = rows_int(&rows, 0, "orphan_team_id");
    bool has_room = rows_int(&rows, 0, "teams") < change->league.team_count &&
                    change->league.state == LEAGUE_SETUP && joining->invite_team_id == 0;
    if (has_room) {
        if (name.len == 0) {
            fault_add(change->faults, S("/teamName"), "is needed for a new team");
            return refuse(change->faults, E_INVALID, "Give your team a name.");
        }
        struct team_new team = { .name = name, .owner_user_id = change->actor.user_id };
        return team_add(change, &team, ret_team_id);
    }
    if (orphan_id == 0) {
        return refuse(change->faults, E_LEAGUE_FULL,
                      "%.*s has all its teams, and each has a "
                      "manager.",
                      FMT(change->league.name));
    }
    TRY(claim_find(change, orphan_id, &joining->claim));
    if (joining->claim.places.count > 0) {
        claim_here(change, &joining->claim);
    } else {
        add_owner(change, orphan_id, change->actor.user_id);
    }
    struct slice kept = rows_text(&rows, 0, "orphan_name");
    if (name.len > 0 && !slice_eq(name, kept)) {
        TRY(tx_query(&change->tx, SQL_LEAGUE_TEAM_CHANGE,
                     PARAMS(P_INT(change->league.id), P_INT(orphan_id), P_TEXT(name),
                            P_TEXT(team_abbreviation(change->arena, name)), P_NULL),
                     &rows));
        kept = name;
    }
    tell_team(change, S("team.taken_over"), orphan_id, kept);
    *ret_team_id = orphan_id;
    return OK;
}

static enum error check_joining(struct change *change, const struct league_join *join,
                                struct joining *ret_joining)
{
    if (change->actor.kind != ACTOR_USER) {
        return refuse(change->faults, E_FORBIDDEN, "Only a user can join a league.");
    }
    if (change->team_id != 0) {
        return refuse(change->faults, E_ALREADY_MEMBER, "You have a team in %.*s already.",
                      FMT(change->league.name));
    }
    if (join->invite_code.len > 0) {
        return use_invite(change, join->invite_code, ret_joining);
    }
    bool is_inside = change->role >= ROLE_MANAGER; /* a commissioner without a team, say */
    if (!is_inside && !(change->league.is_open_to_join && change->league.is_public)) {
        return refuse(change->faults, E_INVITE, INVITE_NEEDED);
    }
    *ret_joining = (struct joining){ .role = S("manager") };
    return OK;
}

enum error league_join(struct change *change, int64_t league_id, const struct league_join *join)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    struct joining joining = { 0 };
    TRY(check_joining(change, join, &joining));
    struct slice name = S("");
    if (slice_trim(join->team_name).len > 0) {
        name = checked_name(join->team_name, S("/teamName"), change->faults);
    }
    if (change->faults->count > 0) {
        return refuse(change->faults, E_INVALID, "The team cannot have this name.");
    }
    if (change->role == ROLE_NONE) {
        tx_send(&change->tx, SQL_LEAGUE_MEMBER_ADD,
                PARAMS(P_INT(league_id), P_INT(change->actor.user_id), P_TEXT(joining.role),
                       P_TIME(change->now)));
    }
    if (joining.invite_id != 0) {
        tx_send(&change->tx, SQL_LEAGUE_INVITE_USE,
                PARAMS(P_INT(league_id), P_INT(joining.invite_id)));
    }
    if (slice_eq(joining.role, S("viewer"))) {
        change_event(change, &(struct event){ .kind = S("member.joined") });
        return change_commit(
            change,
            arena_format(change->arena, "{\"leagueId\":%" PRId64 ",\"teamId\":null}", league_id));
    }
    int64_t team_id = 0;
    TRY(give_team(change, &joining, name, &team_id));
    struct slice answer = arena_format(
        change->arena, "{\"leagueId\":%" PRId64 ",\"teamId\":%" PRId64 "}", league_id, team_id);
    return joining.claim.places.count > 1 ? claim_commit(change, &joining.claim, answer)
                                          : change_commit(change, answer);
}

/* ---- filling and leaving ---- */

/* "Team 7", or "Team 7 b" where somebody took that name. */
static struct slice free_name(struct arena *arena, const struct rows *teams, size_t number)
{
    for (char letter = 'a'; letter <= 'z'; letter++) {
        struct slice name = letter == 'a' ? arena_format(arena, "Team %zu", number)
                                          : arena_format(arena, "Team %zu %c", number, letter);
        bool is_taken = false;
        for (size_t i = 0; i < teams->count && !is_taken; i++) {
            is_taken = slice_eq_nocase(rows_text(teams, i, "name"), name);
        }
        if (!is_taken) {
            return name;
        }
    }
    return arena_format(arena, "Team number %zu", number);
}

enum error league_fill(struct change *change, int64_t league_id)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    TRY(change_require_commissioner(change));
    TRY(change_require_state(change, 1u << LEAGUE_SETUP));
    struct rows teams;
    TRY(tx_query(&change->tx, SQL_LEAGUE_TEAM_LIST, PARAMS(P_INT(league_id)), &teams));
    size_t wanted = (size_t)change->league.team_count;
    for (size_t number = teams.count + 1; number <= wanted; number++) {
        struct team_new team = { .name = free_name(change->arena, &teams, number) };
        int64_t team_id = 0;
        TRY(team_add(change, &team, &team_id));
    }
    size_t added = wanted > teams.count ? wanted - teams.count : 0;
    struct slice answer = arena_format(change->arena, "{\"added\":%zu}", added);
    return added > 0 ? change_commit(change, answer) : change_commit_nothing(change, answer);
}

enum error league_leave(struct change *change, int64_t league_id)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return OK;
    }
    if (change->role == ROLE_NONE) {
        return refuse(change->faults, E_FORBIDDEN, "You are not a member of %.*s.",
                      FMT(change->league.name));
    }
    if (change->role == ROLE_COMMISSIONER) {
        return refuse(change->faults, E_FORBIDDEN,
                      "The commissioner cannot leave: hand the league over or delete it.");
    }
    tx_send(&change->tx, SQL_LEAGUE_OWNER_DROP,
            PARAMS(P_INT(league_id), P_INT(change->actor.user_id)));
    tx_send(&change->tx, SQL_LEAGUE_MEMBER_LEAVE,
            PARAMS(P_INT(league_id), P_INT(change->actor.user_id), P_TIME(change->now)));
    change_event(change, &(struct event){ .kind = S("member.left"), .team_id = change->team_id });
    return change_commit(change, S("{\"success\":true}"));
}
