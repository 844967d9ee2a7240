/* Sessions: making, finding, ending. */
#include <inttypes.h>

#include <sodium.h>

#include "auth/internal.h"
#include "base/check.h"
#include "base/random.h"

struct param p_text_or_null(struct slice text)
{
    return text.len == 0 ? P_NULL : P_TEXT(text);
}

struct param p_bytea(struct arena *arena, struct slice text)
{
    struct hash hash = hash_of(text);
    return P_TEXT(hash_bytea(arena, &hash));
}

void auth_note(struct tx *tx, const struct auth_note *note, const struct origin *origin)
{
    struct slice agent = origin->agent;
    agent.len = agent.len > 400 ? 400 : agent.len;
    tx_send(tx, SQL_AUTH_INSERT_EVENT,
            PARAMS(P_TEXT(slice_from(note->kind)), P_TEXT(slice_from(note->outcome)),
                   note->user_id == 0 ? P_NULL : P_INT(note->user_id),
                   note->email.len == 0 ? P_NULL : p_bytea(tx->arena, note->email),
                   p_text_or_null(origin->address),
                   slice_is_utf8(agent) ? p_text_or_null(agent) : P_NULL,
                   p_text_or_null(slice_from(note->reason)), p_text_or_null(origin->request_id)));
}

static struct slice redis_key(struct auth *auth, struct arena *arena, enum identity_kind kind,
                              struct slice hash_hex)
{
    return arena_format(arena, "%s:%" PRId64 ":%.*s",
                        kind == IDENTITY_SESSION ? "session" : "token",
                        atomic_load(&auth->generation), FMT(hash_hex));
}

enum error session_make(struct tx *tx, int64_t user_id, const struct origin *origin,
                        struct signed_in *ret_signed_in)
{
    struct signed_in in = { .cookie = secret_new(tx->arena, S("")) };
    unsigned char csrf[HASH_BYTES];
    random_bytes(csrf, sizeof(csrf));
    in.identity = (struct identity){ .kind = IDENTITY_SESSION,
                                     .user_id = user_id,
                                     .scopes = SCOPES_ALL,
                                     .expires_at = origin->now + SESSION_DAYS * 86400 * US_PER_S };
    sodium_bin2hex(in.identity.csrf_token, sizeof(in.identity.csrf_token), csrf, sizeof(csrf));
    struct slice agent = origin->agent;
    agent.len = agent.len > 400 ? 400 : agent.len;
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_AUTH_INSERT_SESSION,
                 PARAMS(P_INT(user_id), p_bytea(tx->arena, in.cookie),
                        P_TEXT(arena_format(tx->arena, "\\x%s", in.identity.csrf_token)),
                        P_TIME(in.identity.expires_at), p_text_or_null(origin->address),
                        slice_is_utf8(agent) ? p_text_or_null(agent) : P_NULL),
                 &rows));
    in.identity.id = rows_int(&rows, 0, "id");
    *ret_signed_in = in;
    return OK;
}

/* ---- Redis holds "kind id user operator scopes expires csrf", space separated ---- */

static struct slice identity_print(struct arena *arena, const struct identity *identity)
{
    return arena_format(arena, "%" PRId64 " %" PRId64 " %d %u %" PRId64 " %s", identity->id,
                        identity->user_id, identity->is_operator, identity->scopes,
                        identity->expires_at,
                        identity->csrf_token[0] == '\0' ? "-" : identity->csrf_token);
}

static enum error identity_parse(struct slice text, enum identity_kind kind,
                                 struct identity *ret_identity)
{
    int64_t numbers[5] = { 0 };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        TRY(slice_to_int(slice_cut(&text, ' '), &numbers[i]));
    }
    struct identity identity = { .kind = kind,
                                 .id = numbers[0],
                                 .user_id = numbers[1],
                                 .is_operator = numbers[2] != 0,
                                 .scopes = (unsigned)numbers[3],
                                 .expires_at = numbers[4] };
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

void auth_announce(struct tx *tx, struct slice hash_hex)
{
    tx_send(tx, SQL_AUTH_ANNOUNCE,
            PARAMS(P_TEXT(arena_format(tx->arena, "signout:%.*s", FMT(hash_hex)))));
}

void auth_dropped(struct auth *auth, struct arena *arena, struct slice hash_hex)
{
    for (enum identity_kind kind = IDENTITY_SESSION; kind <= IDENTITY_TOKEN; kind++) {
        enum error error = redis_delete(redis_key(auth, arena, kind, hash_hex));
        (void)error; /* an entry Redis keeps is at most SESSION_REDIS_S old */
    }
    auth_forget(auth, hash_hex);
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
    struct slice hash = rows_text(&rows, 0, "token_hash");
    auth_note(
        &tx, &(struct auth_note){ .kind = "sign_out", .outcome = "ok", .user_id = session.user_id },
        origin);
    auth_announce(&tx, hash);
    TRY(tx_commit(&tx));
    auth_dropped(auth, arena, hash);
    return OK;
}
