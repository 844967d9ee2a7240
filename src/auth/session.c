/* Sessions: making, finding, ending. */
#include <inttypes.h>

#include <sodium.h>

#include "auth/internal.h"
#include "base/check.h"
#include "base/random.h"

enum { AGENT_BYTES_MAX = 400, ENDED_MAX = 5000, ENDED_DROPPED_MAX = 200 };

struct param p_text_or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

struct param p_bytea(struct arena *arena, struct slice text)
{
    struct hash hash = hash_of(text);
    return P_TEXT(hash_bytea(arena, &hash));
}

static struct param agent_of(const struct origin *origin)
{
    struct slice agent = origin->agent;
    agent.len = agent.len > AGENT_BYTES_MAX ? AGENT_BYTES_MAX : agent.len;
    return slice_is_utf8(agent) ? p_text_or_null(agent) : P_NULL;
}

void auth_note(struct tx *tx, const struct auth_note *note, const struct origin *origin)
{
    tx_send(tx, SQL_AUTH_INSERT_EVENT,
            PARAMS(P_TEXT(slice_from(note->kind)), P_TEXT(slice_from(note->outcome)),
                   note->user_id == 0 ? P_NULL : P_INT(note->user_id),
                   note->email.len == 0 ? P_NULL : p_bytea(tx->arena, note->email),
                   p_text_or_null(origin->address), agent_of(origin),
                   p_text_or_null(slice_from(note->reason)), p_text_or_null(origin->request_id)));
}

enum error auth_note_alone(struct arena *arena, const struct auth_note *note,
                           const struct origin *origin)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(arena, &tx));
    auth_note(&tx, note, origin);
    return tx_commit(&tx);
}

static struct slice redis_key(struct auth *auth, struct arena *arena, enum identity_kind kind,
                              struct slice hash_hex)
{
    return arena_format(arena, "%s:%" PRId64 ":%.*s",
                        kind == IDENTITY_SESSION ? "session" : "token",
                        atomic_load(&auth->generation), FMT(hash_hex));
}

void device_make(struct tx *tx, int64_t user_id, const struct origin *origin,
                 struct signed_in *ret_signed_in)
{
    ret_signed_in->device = secret_new(tx->arena, S(""));
    tx_send(tx, SQL_AUTH_DEVICE_ADD,
            PARAMS(P_INT(user_id), p_bytea(tx->arena, ret_signed_in->device), agent_of(origin)));
}

enum error session_make(struct tx *tx, const struct session_order *order,
                        const struct origin *origin, struct signed_in *ret_signed_in)
{
    struct signed_in in = { .cookie = secret_new(tx->arena, S("")) };
    unsigned char csrf[HASH_BYTES];
    random_bytes(csrf, sizeof(csrf));
    in.identity = (struct identity){ .kind = IDENTITY_SESSION,
                                     .user_id = order->user_id,
                                     .scopes = SCOPES_ALL,
                                     .is_proved = order->is_proved,
                                     .expires_at = origin->now + SESSION_DAYS * 86400 * US_PER_S };
    sodium_bin2hex(in.identity.csrf_token, sizeof(in.identity.csrf_token), csrf, sizeof(csrf));
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_AUTH_INSERT_SESSION,
                 PARAMS(P_INT(order->user_id), p_bytea(tx->arena, in.cookie),
                        P_TEXT(arena_format(tx->arena, "\\x%s", in.identity.csrf_token)),
                        P_TIME(in.identity.expires_at), p_text_or_null(origin->address),
                        agent_of(origin), P_BOOL(order->is_proved)),
                 &rows));
    in.identity.id = rows_int(&rows, 0, "id");
    *ret_signed_in = in;
    return OK;
}

/* ---- Redis holds "id user rights scopes expires proved csrf", space separated ---- */

static struct slice identity_print(struct arena *arena, const struct identity *identity)
{
    return arena_format(arena, "%" PRId64 " %" PRId64 " %d %u %" PRId64 " %d %s", identity->id,
                        identity->user_id,
                        (int)identity->is_operator | (int)identity->has_totp << 1, identity->scopes,
                        identity->expires_at, identity->is_proved,
                        identity->csrf_token[0] == '\0' ? "-" : identity->csrf_token);
}

static enum error identity_parse(struct slice text, enum identity_kind kind,
                                 struct identity *ret_identity)
{
    int64_t numbers[6] = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        TRY(slice_to_int(slice_cut(&text, ' '), &numbers[i]));
    }
    struct identity identity = { .kind = kind,
                                 .id = numbers[0],
                                 .user_id = numbers[1],
                                 .is_operator = (numbers[2] & 1) != 0,
                                 .has_totp = (numbers[2] & 2) != 0,
                                 .scopes = (unsigned)numbers[3],
                                 .expires_at = numbers[4],
                                 .is_proved = numbers[5] != 0 };
    if (text.len >= sizeof(identity.csrf_token)) {
        return E_INVALID;
    }
    if (text.len > 1) {
        memcpy(identity.csrf_token, text.ptr, text.len);
    }
    *ret_identity = identity;
    return OK;
}

/* ---- finding ---- */

static unsigned scopes_of(struct slice array)
{
    unsigned scopes = 0;
    /* PostgreSQL's text form of a plain array: {read,write} */
    struct slice rest = array.len >= 2 ? slice_from_to(array, 1, array.len - 1) : S("");
    while (rest.ptr != NULL && rest.len > 0) {
        scopes |= scope_by_name(slice_cut(&rest, ','));
    }
    return scopes;
}

static enum error find_in_database(struct arena *arena, enum identity_kind kind,
                                   const struct hash *hash, struct identity *ret_identity)
{
    struct rows rows = { 0 };
    bool is_session = kind == IDENTITY_SESSION;
    TRY(db_read(arena, is_session ? SQL_AUTH_FIND_SESSION : SQL_AUTH_FIND_TOKEN,
                PARAMS(P_TEXT(hash_bytea(arena, hash))), &rows));
    if (rows.count == 0) {
        return E_SIGN_IN;
    }
    struct identity identity = { .kind = kind,
                                 .id = rows_int(&rows, 0, "id"),
                                 .user_id = rows_int(&rows, 0, "user_id"),
                                 .is_operator = rows_bool(&rows, 0, "is_operator"),
                                 .expires_at = rows_time(&rows, 0, "expires_at"),
                                 .scopes = SCOPES_ALL };
    if (is_session) {
        struct slice csrf = rows_text(&rows, 0, "csrf_secret");
        CHECK(csrf.len < sizeof(identity.csrf_token));
        memcpy(identity.csrf_token, csrf.ptr, csrf.len);
        identity.has_totp = rows_bool(&rows, 0, "has_totp");
        identity.is_proved = rows_bool(&rows, 0, "is_proved");
    } else {
        identity.scopes = scopes_of(rows_text(&rows, 0, "scopes"));
    }
    *ret_identity = identity;
    return OK;
}

bool auth_identify_now(struct auth *auth, struct credential credential,
                       struct identity *ret_identity)
{
    struct hash hash = hash_of(credential.secret);
    return identities_find(auth->identities, &hash, credential.now, ret_identity) &&
           ret_identity->kind == credential.kind;
}

enum error auth_identify(struct auth *auth, struct arena *arena, struct credential credential,
                         struct identity *ret_identity)
{
    if (auth_identify_now(auth, credential, ret_identity)) {
        return OK;
    }
    struct hash hash = hash_of(credential.secret);
    struct slice key = redis_key(auth, arena, credential.kind, hash_hex(arena, &hash));
    struct slice text = S("");
    struct identity identity = { 0 };
    bool is_known = redis_get(arena, key, &text) == OK &&
                    identity_parse(text, credential.kind, &identity) == OK &&
                    (identity.expires_at == 0 || identity.expires_at > credential.now);
    if (!is_known) {
        TRY(find_in_database(arena, credential.kind, &hash, &identity));
        enum error error = redis_set(key, identity_print(arena, &identity), SESSION_REDIS_S);
        (void)error; /* without Redis the next look-up asks PostgreSQL again */
    }
    identities_keep(auth->identities, &hash, &identity, credential.now);
    *ret_identity = identity;
    return OK;
}

/* ---- ending ---- */

void auth_forget_all(struct auth *auth, int64_t generation)
{
    atomic_store(&auth->generation, generation);
    identities_clear(auth->identities);
}

void auth_forget(struct auth *auth, struct slice hash_hex)
{
    struct hash hash = { 0 };
    if (hash_from_hex(hash_hex, &hash)) {
        identities_forget(auth->identities, &hash);
    }
}

/* "signout:<hash>:s12" */
void auth_announce(struct tx *tx, const struct ended *ended)
{
    tx_send(tx, SQL_AUTH_ANNOUNCE,
            PARAMS(P_TEXT(arena_format(tx->arena, "signout:%.*s:%c%" PRId64, FMT(ended->hash),
                                       ended->kind == IDENTITY_SESSION ? 's' : 't', ended->id))));
}

enum error auth_ended_read(struct slice text, struct slice *ret_hash, enum identity_kind *ret_kind,
                           int64_t *ret_id)
{
    struct slice rest = text;
    *ret_hash = slice_cut(&rest, ':');
    if (rest.ptr == NULL || rest.len < 2 || (rest.ptr[0] != 's' && rest.ptr[0] != 't')) {
        return E_INVALID;
    }
    *ret_kind = rest.ptr[0] == 's' ? IDENTITY_SESSION : IDENTITY_TOKEN;
    return slice_to_int(slice_from_to(rest, 1, rest.len), ret_id);
}

void auth_announce_user(struct tx *tx, int64_t user_id)
{
    tx_send(tx, SQL_AUTH_ANNOUNCE,
            PARAMS(P_TEXT(arena_format(tx->arena, "ops:person:%" PRId64, user_id))));
}

void auth_dropped(struct auth *auth, struct arena *arena, struct slice hash_hex)
{
    for (enum identity_kind kind = IDENTITY_SESSION; kind <= IDENTITY_TOKEN; kind++) {
        enum error error = redis_delete(redis_key(auth, arena, kind, hash_hex));
        (void)error; /* an entry Redis keeps is at most SESSION_REDIS_S old */
    }
    auth_forget(auth, hash_hex);
}

void auth_user_dropped(struct auth *auth, struct arena *arena, int64_t user_id)
{
    struct rows rows = { 0 };
    identities_forget_user(auth->identities, user_id);
    if (db_read(arena, SQL_AUTH_USER_HASHES, PARAMS(P_INT(user_id)), &rows) == OK) {
        for (size_t i = 0; i < rows.count; i++) {
            auth_dropped(auth, arena, rows_text(&rows, i, "token_hash"));
        }
    }
}

enum error auth_end_others_in(struct tx *tx, int64_t user_id, int64_t session_id,
                              struct rows *ret_rows)
{
    TRY(tx_query(tx, SQL_AUTH_REVOKE_OTHER_SESSIONS, PARAMS(P_INT(user_id), P_INT(session_id)),
                 ret_rows));
    for (size_t i = 0; i < ret_rows->count; i++) {
        auth_announce(tx, &(struct ended){ .kind = IDENTITY_SESSION,
                                           .id = rows_int(ret_rows, i, "id"),
                                           .hash = rows_text(ret_rows, i, "token_hash") });
    }
    return OK;
}

void auth_others_ended(struct auth *auth, struct arena *arena, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        auth_dropped(auth, arena, rows_text(rows, i, "token_hash"));
    }
}

enum error auth_end_session(struct auth *auth, struct arena *arena, struct owned_id session,
                            const struct origin *origin)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    TRY(tx_begin(arena, &tx));
    TRY(tx_query(&tx, SQL_AUTH_REVOKE_SESSION, PARAMS(P_INT(session.id), P_INT(session.user_id)),
                 &rows));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    struct ended ended = { .kind = IDENTITY_SESSION,
                           .id = session.id,
                           .hash = rows_text(&rows, 0, "token_hash") };
    auth_note(
        &tx, &(struct auth_note){ .kind = "sign_out", .outcome = "ok", .user_id = session.user_id },
        origin);
    auth_announce(&tx, &ended);
    TRY(tx_commit(&tx));
    auth_dropped(auth, arena, ended.hash);
    return OK;
}

enum error auth_end_others(struct auth *auth, struct arena *arena, struct owned_id kept,
                           const struct origin *origin, size_t *ret_sessions_ended)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    struct rows rows = { 0 };
    TRY(tx_begin(arena, &tx));
    TRY(auth_end_others_in(&tx, kept.user_id, kept.id, &rows));
    if (rows.count > 0) {
        auth_note(&tx,
                  &(struct auth_note){
                      .kind = "session_revoked", .outcome = "ok", .user_id = kept.user_id },
                  origin);
    }
    TRY(tx_commit(&tx));
    auth_others_ended(auth, arena, &rows);
    *ret_sessions_ended = rows.count;
    return OK;
}

enum error auth_ended_lately(struct auth *auth, struct arena *arena, int64_t seconds,
                             void (*ended)(void *thing, enum identity_kind kind, int64_t id),
                             void *thing)
{
    struct rows rows = { 0 };
    TRY(db_read(arena, SQL_AUTH_ENDED_LATELY, PARAMS(P_INT(seconds), P_INT(ENDED_MAX)), &rows));
    for (size_t i = 0; i < rows.count; i++) {
        bool is_session = slice_eq(rows_text(&rows, i, "kind"), S("s"));
        if (rows.count <= ENDED_DROPPED_MAX) {
            auth_dropped(auth, arena, rows_text(&rows, i, "token_hash"));
        } else { /* everybody at once: that changes the generation, and so the keys in Redis */
            auth_forget(auth, rows_text(&rows, i, "token_hash"));
        }
        ended(thing, is_session ? IDENTITY_SESSION : IDENTITY_TOKEN, rows_int(&rows, i, "id"));
    }
    return OK;
}
