/* Accounts: register, change the password; API tokens. */
#include "auth/auth.h"

#include <inttypes.h>
#include <stdlib.h>

#include <sodium.h>

#include "auth/internal.h"
#include "auth/totp.h"
#include "base/check.h"

struct auth *auth_new(struct work_pool *pool)
{
    CHECK(sodium_init() >= 0);
    struct auth *auth = calloc(1, sizeof(*auth));
    CHECK(auth != NULL);
    *auth = (struct auth){ .pool = pool, .identities = identities_new(), .tries = limits_new() };
    return auth;
}

void auth_free(struct auth *auth)
{
    if (auth != NULL) {
        identities_free(auth->identities);
        limits_free(auth->tries);
        free(auth);
    }
}

struct slice auth_lowered(struct arena *arena, struct slice text)
{
    char *copy = arena_alloc(arena, text.len + 1);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        copy[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    return (struct slice){ .ptr = copy, .len = text.len };
}

static enum error insert_user(struct tx *tx, const struct account *account, struct slice hash,
                              int64_t *ret_user_id)
{
    struct rows rows = { 0 };
    TRY(tx_query(tx, SQL_AUTH_INSERT_USER,
                 PARAMS(P_TEXT(auth_lowered(tx->arena, account->email)),
                        P_TEXT(slice_trim(account->display_name)), P_TEXT(hash),
                        P_BOOL(account->is_operator)),
                 &rows));
    *ret_user_id = rows_int(&rows, 0, "id");
    return OK;
}

enum error auth_add_user(struct auth *auth, struct faults *faults, const struct account *account,
                         int64_t *ret_user_id)
{
    struct slice hash = S("");
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(password_accept(faults, S("/password"), account));
    TRY(password_hash(auth->pool, faults->arena, account->password, &hash));
    TRY(tx_begin(faults->arena, &tx));
    enum error error = insert_user(&tx, account, hash, ret_user_id);
    if (error == E_EMAIL_TAKEN) {
        return refuse(faults, error, "%.*s has an account already", FMT(account->email));
    }
    TRY(error);
    return tx_commit(&tx);
}

enum error auth_register(struct auth *auth, struct faults *faults, const struct account *account,
                         const struct origin *origin, struct signed_in *ret_signed_in)
{
    struct slice hash = S("");
    int64_t user_id = 0;
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(password_accept(faults, S("/password"), account));
    TRY(password_hash(auth->pool, faults->arena, account->password, &hash));
    TRY(tx_begin(faults->arena, &tx));
    enum error error = insert_user(&tx, account, hash, &user_id);
    if (error == E_EMAIL_TAKEN) {
        return refuse(faults, error, "Sign in with this address, or use another one.");
    }
    TRY(error);
    auth_note(&tx, &(struct auth_note){ .kind = "register", .outcome = "ok", .user_id = user_id },
              origin);
    TRY(session_make(&tx, &(struct session_order){ .user_id = user_id }, origin, ret_signed_in));
    device_make(&tx, user_id, origin, ret_signed_in);
    return tx_commit(&tx);
}

/* ---- the password ---- */

enum error auth_count_password(struct auth *auth, struct faults *faults, int64_t user_id,
                               const struct origin *origin)
{
    struct tries tries = { .key = arena_format(faults->arena, "signin:p:%" PRId64, user_id),
                           .max = SIGN_IN_TRIES_MAX,
                           .user_id = user_id };
    return auth_count_try(auth, faults, &tries, origin);
}

static enum error check_change(struct auth *auth, struct faults *faults,
                               const struct password_change *change, const struct origin *origin)
{
    struct rows rows = { 0 };
    struct totp_try attempt = { .user_id = change->user_id, .password = change->current };
    TRY(auth_check_password(auth, faults, &attempt, origin));
    TRY(db_read(faults->arena, SQL_AUTH_PASSWORD_OF, PARAMS(P_INT(change->user_id)), &rows));
    struct account account = { .email = rows_text(&rows, 0, "email"),
                               .display_name = rows_text(&rows, 0, "display_name"),
                               .password = change->next };
    return password_accept(faults, S("/newPassword"), &account);
}

enum error auth_change_password(struct auth *auth, struct faults *faults,
                                const struct password_change *change, const struct origin *origin,
                                size_t *ret_sessions_ended)
{
    struct arena *arena = faults->arena;
    struct rows rows = { 0 };
    struct slice hash = S("");
    TRY(check_change(auth, faults, change, origin));
    TRY(password_hash(auth->pool, arena, change->next, &hash));
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(arena, &tx));
    tx_send(&tx, SQL_AUTH_SET_PASSWORD, PARAMS(P_INT(change->user_id), P_TEXT(hash)));
    auth_note(&tx,
              &(struct auth_note){
                  .kind = "password_change", .outcome = "ok", .user_id = change->user_id },
              origin);
    TRY(auth_end_others_in(&tx, change->user_id, change->session_id, &rows));
    TRY(tx_commit(&tx));
    auth_others_ended(auth, arena, &rows);
    *ret_sessions_ended = rows.count;
    return OK;
}

/* ---- API tokens ---- */

static const struct {
    struct slice name;
    unsigned scope;
} scope_names[] = {
    { S_INIT("read"), SCOPE_READ },
    { S_INIT("write"), SCOPE_WRITE },
    { S_INIT("account"), SCOPE_ACCOUNT },
    { S_INIT("ops"), SCOPE_OPS },
};

unsigned scope_by_name(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(scope_names); i++) {
        if (slice_eq(scope_names[i].name, name)) {
            return scope_names[i].scope;
        }
    }
    return 0;
}

static struct slice scopes_array(struct arena *arena, unsigned scopes)
{
    struct buffer text;
    buffer_init(&text, arena);
    for (size_t i = 0; i < ARRAY_LEN(scope_names); i++) {
        if ((scopes & scope_names[i].scope) != 0) {
            buffer_format(&text, "%c%s", text.len == 0 ? '{' : ',', scope_names[i].name.ptr);
        }
    }
    buffer_byte(&text, '}');
    return buffer_slice(&text);
}

enum error auth_make_token(struct arena *arena, const struct token_order *order,
                           const struct origin *origin, struct token_made *ret_made)
{
    struct token_made made = { .secret = secret_new(arena, S("aft_")) };
    struct rows rows = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(arena, &tx));
    TRY(tx_query(
        &tx, SQL_AUTH_INSERT_TOKEN,
        PARAMS(P_INT(order->user_id), P_TEXT(order->name), p_bytea(arena, made.secret),
               P_TEXT(slice_from_to(made.secret, 0, 8)), P_TEXT(scopes_array(arena, order->scopes)),
               order->expires_at == 0 ? P_NULL : P_TIME(order->expires_at)),
        &rows));
    made.id = rows_int(&rows, 0, "id");
    made.document = rows_text(&rows, 0, "document");
    auth_note(
        &tx,
        &(struct auth_note){ .kind = "token_made", .outcome = "ok", .user_id = order->user_id },
        origin);
    TRY(tx_commit(&tx));
    *ret_made = made;
    return OK;
}

enum error auth_end_token(struct auth *auth, struct arena *arena, struct owned_id token,
                          const struct origin *origin)
{
    struct rows rows = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(tx_begin(arena, &tx));
    TRY(tx_query(&tx, SQL_AUTH_REVOKE_TOKEN, PARAMS(P_INT(token.id), P_INT(token.user_id)), &rows));
    if (rows.count == 0) {
        return E_NOT_FOUND;
    }
    struct ended ended = { .kind = IDENTITY_TOKEN,
                           .id = token.id,
                           .hash = rows_text(&rows, 0, "token_hash") };
    auth_note(
        &tx,
        &(struct auth_note){ .kind = "token_revoked", .outcome = "ok", .user_id = token.user_id },
        origin);
    auth_announce(&tx, &ended);
    TRY(tx_commit(&tx));
    auth_dropped(auth, arena, ended.hash);
    return OK;
}
