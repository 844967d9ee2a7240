#include "league/invite.h"

#include <inttypes.h>
#include <sodium.h>

#include "base/check.h"
#include "base/json.h"
#include "base/random.h"

enum { INVITE_USES_MAX = 100, EMAIL_MAX = 254 };

/* Crockford's base 32: no i, l, o, u, so that a code survives being read out. */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

static struct slice encode(struct arena *arena, const unsigned char bytes[INVITE_BYTES])
{
    struct buffer code;
    buffer_init(&code, arena);
    uint32_t bits = 0;
    unsigned count = 0;
    for (size_t i = 0; i < INVITE_BYTES; i++) {
        bits = (bits << 8) | bytes[i];
        count += 8;
        while (count >= 5) {
            count -= 5;
            buffer_byte(&code, alphabet[(bits >> count) & 31]);
        }
        bits &= (1u << count) - 1;
    }
    buffer_byte(&code, alphabet[(bits << (5 - count)) & 31]);
    CHECK(code.len == INVITE_CODE_LEN);
    return buffer_slice(&code);
}

struct slice invite_hash(struct arena *arena, struct slice code)
{
    struct slice trimmed = slice_trim(code);
    struct buffer plain;
    buffer_init(&plain, arena);
    for (size_t i = 0; i < trimmed.len && i < 2 * INVITE_CODE_LEN; i++) {
        char byte = trimmed.ptr[i];
        buffer_byte(&plain, byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte);
    }
    unsigned char hash[crypto_hash_sha256_BYTES];
    char hex[2 * sizeof(hash) + 1];
    crypto_hash_sha256(hash, (const unsigned char *)plain.ptr, plain.len);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    return arena_format(arena, "\\x%s", hex);
}

static struct slice lower(struct arena *arena, struct slice text)
{
    struct buffer lower;
    buffer_init(&lower, arena);
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.ptr[i];
        buffer_byte(&lower, byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte);
    }
    return buffer_slice(&lower);
}

static bool is_email(struct slice email)
{
    size_t at = slice_find(email, '@', 0);
    return at > 0 && at + 1 < email.len && slice_find(email, '@', at + 1) == email.len &&
           slice_find(email, ' ', 0) == email.len && email.len <= EMAIL_MAX;
}

static enum error check(struct change *change, struct invite_new *invite)
{
    struct faults *faults = change->faults;
    invite->email = lower(change->arena, slice_trim(invite->email));
    invite->role = invite->role.len == 0 ? S("manager") : invite->role;
    invite->days = invite->days == 0 ? INVITE_DAYS_DEFAULT : invite->days;
    invite->uses = invite->uses == 0 ? 1 : invite->uses;
    if (invite->email.len > 0 && !is_email(invite->email)) {
        fault_add(faults, S("/email"), "must be an e-mail address");
    }
    if (!slice_eq(invite->role, S("manager")) && !slice_eq(invite->role, S("co_commissioner")) &&
        !slice_eq(invite->role, S("viewer"))) {
        fault_add(faults, S("/role"), "must be one of manager, co_commissioner, viewer");
    }
    if (invite->days < 1 || invite->days > INVITE_DAYS_MAX) {
        fault_add(faults, S("/days"), "must be from 1 to %d", INVITE_DAYS_MAX);
    }
    if (invite->uses < 1 || invite->uses > INVITE_USES_MAX) {
        fault_add(faults, S("/uses"), "must be from 1 to %d", INVITE_USES_MAX);
    }
    if (invite->team_id != 0) {
        struct rows rows;
        TRY(tx_query(&change->tx, SQL_LEAGUE_ROOM,
                     PARAMS(P_INT(change->league.id), P_INT(invite->team_id)), &rows));
        if (rows_null(&rows, 0, "orphan_team_id")) {
            fault_add(faults, S("/teamId"), "must be a team of the league that nobody runs");
        }
    }
    if (faults->count > 0) {
        return refuse(faults, E_INVALID, "The invitation cannot be made like this.");
    }
    return OK;
}

static void tell_invite(struct change *change, const struct invite_new *invite, utime expires_at)
{
    struct json json;
    json_init(&json, change->arena);
    json_open_object(&json);
    json_member_text(&json, S("role"), invite->role);
    json_member_int(&json, S("uses"), invite->uses);
    json_member_bool(&json, S("isForOneAddress"), invite->email.len > 0);
    json_member_time(&json, S("expiresAt"), expires_at);
    json_close_object(&json);
    change_event(change, &(struct event){ .kind = S("invite.created"),
                                          .team_id = invite->team_id,
                                          .visibility = VISIBLE_TO_COMMISSIONER,
                                          .payload = json_done(&json) });
}

enum error invite_create(struct change *change, int64_t league_id, const struct invite_new *wanted,
                         struct invite *ret_invite)
{
    TRY(change_begin(change, league_id));
    if (change->is_repeat) {
        return refuse(change->faults, E_CONFLICT,
                      "This invitation was made already; its code was shown then and is not kept. "
                      "Make another one.");
    }
    TRY(change_require_commissioner(change));
    struct invite_new invite = *wanted;
    TRY(check(change, &invite));
    if (change->actor.user_id == 0) {
        return refuse(change->faults, E_FORBIDDEN, "Only a user can invite.");
    }
    unsigned char bytes[INVITE_BYTES];
    random_bytes(bytes, sizeof(bytes));
    struct slice code = encode(change->arena, bytes);
    utime expires_at = change->now + invite.days * (INT64_C(86400) * US_PER_S);
    tx_send(&change->tx, SQL_LEAGUE_INVITE_ADD,
            PARAMS(P_INT(league_id), P_TEXT(invite_hash(change->arena, code)),
                   invite.email.len == 0 ? P_NULL : P_TEXT(invite.email), P_TEXT(invite.role),
                   P_INT(invite.uses), invite.team_id == 0 ? P_NULL : P_INT(invite.team_id),
                   P_INT(change->actor.user_id), P_TIME(change->now), P_TIME(expires_at)));
    tell_invite(change, &invite, expires_at);
    TRY(change_commit(change, S("{\"success\":true}")));
    *ret_invite = (struct invite){ .code = code, .expires_at = expires_at };
    return OK;
}
