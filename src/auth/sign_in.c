/* Signing in: tries are counted, the password is held against what is stored, then the code. */
#include <inttypes.h>

#include "auth/internal.h"
#include "auth/totp.h"
#include "base/check.h"

/* ---- how often ---- */

enum error auth_count_try(struct auth *auth, struct faults *faults, const struct tries *tries,
                          const struct origin *origin)
{
    int64_t count = 0;
    int64_t left_s = 0;
    bool is_over = false;
    bool is_first = false;
    if (redis_count(tries->key, SIGN_IN_WINDOW_S, &count, &left_s) == OK) {
        is_over = count > tries->max;
        is_first = count == tries->max + 1;
    } else {
        struct limit limit = { .per_minute = 1, .burst = tries->max };
        struct limit_state state = limit_take(auth->tries, tries->key, limit, mono_now());
        is_over = !state.is_allowed;
        is_first = is_over;
        left_s = state.retry_after_s;
    }
    if (!is_over) {
        return OK;
    }
    if (is_first) {
        TRY(auth_note_alone(faults->arena,
                            &(struct auth_note){ .kind = "locked",
                                                 .outcome = "limited",
                                                 .reason = "too many tries",
                                                 .user_id = tries->user_id,
                                                 .email = tries->email },
                            origin));
    }
    return refuse(faults, E_RATE, "Too many tries to sign in. Try again in %d minutes.",
                  (int)((left_s + 59) / 60));
}

void auth_uncount(struct arena *arena, const char *what, int64_t id)
{
    enum error error = redis_delete(arena_format(arena, "signin:%s:%" PRId64, what, id));
    (void)error; /* without Redis the window passes by itself */
}

/* ---- the two factors ---- */

struct signing_in {
    struct auth *auth;
    struct faults *faults;
    const struct account *account;
    const struct origin *origin;
    struct slice email;   /* lowered */
    struct slice try_key; /* of the account, or of its own browser */
    struct rows user;     /* SQL_AUTH_FIND_USER: none or one */
    struct signed_in signed_in;
};

static int64_t user_id_of(const struct signing_in *in)
{
    return in->user.count == 1 ? rows_int(&in->user, 0, "id") : 0;
}

static enum error count_tries(struct signing_in *in)
{
    struct arena *arena = in->faults->arena;
    struct hash hash = hash_of(in->email);
    int64_t device_id = in->user.count == 1 ? rows_int(&in->user, 0, "device_id") : 0;
    in->try_key = device_id != 0
                      ? arena_format(arena, "signin:d:%" PRId64, device_id)
                      : arena_format(arena, "signin:e:%.40s", hash_hex(arena, &hash).ptr);
    struct tries tries = {
        .key = in->try_key, .max = SIGN_IN_TRIES_MAX, .user_id = user_id_of(in), .email = in->email
    };
    return auth_count_try(in->auth, in->faults, &tries, in->origin);
}

static enum error check_password(struct signing_in *in)
{
    bool is_open = in->user.count == 1 && slice_eq(rows_text(&in->user, 0, "state"), S("active"));
    bool fits = false;
    TRY(password_fits(in->auth->pool, in->account->password,
                      is_open ? rows_text(&in->user, 0, "password_hash") : S(""), &fits));
    if (fits) {
        return OK;
    }
    TRY(auth_note_alone(
        in->faults->arena,
        &(struct auth_note){ .kind = "sign_in",
                             .outcome = "refused",
                             .reason = is_open ? "wrong password" : "no open account",
                             .user_id = user_id_of(in),
                             .email = in->email },
        in->origin));
    return E_CREDENTIALS;
}

/* The code, inside the transaction that makes the session: used up with it. */
static enum error check_code(struct signing_in *in, struct tx *tx)
{
    struct rows locked = { 0 };
    struct totp_try attempt = { .user_id = user_id_of(in), .code = in->account->code };
    TRY(tx_query(tx, SQL_AUTH_TOTP_LOCK, PARAMS(P_INT(attempt.user_id)), &locked));
    if (locked.count == 0) {
        return E_CREDENTIALS;
    }
    /* Taken away meanwhile: the password alone was right. */
    return rows_null(&locked, 0, "secret") ? OK : totp_take(tx, &locked, &attempt, in->origin->now);
}

static enum error open_session(struct signing_in *in, struct tx *tx)
{
    int64_t user_id = user_id_of(in);
    int64_t device_id = rows_int(&in->user, 0, "device_id");
    struct session_order order = { .user_id = user_id,
                                   .is_proved = rows_bool(&in->user, 0, "has_totp") };
    auth_note(tx,
              &(struct auth_note){ .kind = "sign_in",
                                   .outcome = "ok",
                                   .reason = device_id == 0 ? "new device" : NULL,
                                   .user_id = user_id },
              in->origin);
    TRY(session_make(tx, &order, in->origin, &in->signed_in));
    if (device_id == 0) {
        device_make(tx, user_id, in->origin, &in->signed_in);
    } else {
        tx_send(tx, SQL_AUTH_DEVICE_SEEN, PARAMS(P_INT(device_id), P_NULL));
    }
    in->signed_in.identity.is_operator = rows_bool(&in->user, 0, "is_operator");
    in->signed_in.identity.has_totp = order.is_proved;
    return OK;
}

static enum error note_wrong_code(struct signing_in *in)
{
    TRY(auth_note_alone(in->faults->arena,
                        &(struct auth_note){ .kind = "second_factor",
                                             .outcome = "refused",
                                             .reason = "wrong or used code",
                                             .user_id = user_id_of(in) },
                        in->origin));
    return E_CODE;
}

static enum error sign_in_now(struct signing_in *in)
{
    bool has_totp = rows_bool(&in->user, 0, "has_totp");
    CLEANUP(tx_done) struct tx tx = { 0 };
    if (has_totp && in->account->code.len == 0) {
        return E_SECOND_FACTOR;
    }
    if (has_totp) {
        TRY(totp_count(in->auth, in->faults, user_id_of(in), in->origin));
    }
    TRY(tx_begin(in->faults->arena, &tx));
    if (has_totp) {
        enum error error = check_code(in, &tx);
        if (error == E_CODE) {
            tx_done(&tx);
            tx = (struct tx){ 0 };
            return note_wrong_code(in);
        }
        TRY(error);
    }
    TRY(open_session(in, &tx));
    TRY(tx_commit(&tx));
    auth_uncount(in->faults->arena, "t", user_id_of(in));
    return OK;
}

enum error auth_sign_in(struct auth *auth, struct faults *faults, const struct account *account,
                        const struct origin *origin, struct signed_in *ret_signed_in)
{
    struct arena *arena = faults->arena;
    struct signing_in in = { .auth = auth,
                             .faults = faults,
                             .account = account,
                             .origin = origin,
                             .email = auth_lowered(arena, account->email) };
    struct tries by_address = { .key = arena_format(arena, "signin:a:%.*s", FMT(origin->address)),
                                .max = SIGN_IN_ADDRESS_TRIES_MAX };
    TRY(auth_count_try(auth, faults, &by_address, origin));
    TRY(db_read(
        arena, SQL_AUTH_FIND_USER,
        PARAMS(P_TEXT(in.email), origin->device.len == 0 ? P_NULL : p_bytea(arena, origin->device)),
        &in.user));
    TRY(count_tries(&in));
    TRY(check_password(&in));
    enum error error = sign_in_now(&in);
    if (error == OK || error == E_SECOND_FACTOR) {
        enum error dropped = redis_delete(in.try_key); /* the password was right: count afresh */
        (void)dropped;
    }
    TRY(error);
    *ret_signed_in = in.signed_in;
    return OK;
}
