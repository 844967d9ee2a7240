/* The second factor of an account, as it is kept: offered, confirmed, held against codes, taken away. */
#include <inttypes.h>

#include <sodium.h>

#include "auth/internal.h"
#include "auth/totp.h"
#include "base/check.h"
#include "base/random.h"

enum { HAND_GROUP = 4, CODE_GROUP = 6 };

static const char alphabet[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; /* 32, none like another */

static enum error secret_from(struct slice hex, struct totp_secret *ret_secret)
{
    size_t len = 0;
    bool is_read = sodium_hex2bin(ret_secret->bytes, TOTP_SECRET_BYTES, hex.ptr, hex.len, NULL,
                                  &len, NULL) == 0;
    return is_read && len == TOTP_SECRET_BYTES ? OK : E_INTERNAL;
}

static struct slice in_groups(struct arena *arena, struct slice text, size_t size, char between)
{
    struct buffer out;
    buffer_init(&out, arena);
    for (size_t i = 0; i < text.len; i++) {
        if (i > 0 && i % size == 0) {
            buffer_byte(&out, between);
        }
        buffer_byte(&out, text.ptr[i]);
    }
    return buffer_slice(&out);
}

enum error totp_offer(struct faults *faults, int64_t user_id, struct totp_offer *ret_offer)
{
    struct arena *arena = faults->arena;
    struct totp_secret secret;
    char hex[TOTP_SECRET_BYTES * 2 + 1];
    struct rows rows = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    random_bytes(secret.bytes, sizeof(secret.bytes));
    sodium_bin2hex(hex, sizeof(hex), secret.bytes, sizeof(secret.bytes));
    TRY(tx_begin(arena, &tx));
    TRY(tx_query(&tx, SQL_AUTH_TOTP_OFFER,
                 PARAMS(P_INT(user_id), P_TEXT(arena_format(arena, "\\x%s", hex))), &rows));
    if (rows.count == 0) {
        return refuse(faults, E_CONFLICT, "This account has a second factor already.");
    }
    TRY(tx_commit(&tx));
    struct totp_offer offer = { .uri = totp_uri(arena, &secret, rows_text(&rows, 0, "email")) };
    TRY(totp_qr(arena, offer.uri, &offer.qr));
    size_t from = sizeof("?secret=") - 1 + slice_find(offer.uri, '?', 0);
    struct slice plain = slice_from_to(offer.uri, from, slice_find(offer.uri, '&', from));
    offer.secret = in_groups(arena, plain, HAND_GROUP, ' ');
    sodium_memzero(&secret, sizeof(secret));
    sodium_memzero(hex, sizeof(hex));
    *ret_offer = offer;
    return OK;
}

/* ---- recovery codes ---- */

static void new_codes(struct tx *tx, int64_t user_id, struct recovery_codes *ret_codes)
{
    tx_send(tx, SQL_AUTH_RECOVERY_CLEAR, PARAMS(P_INT(user_id)));
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        unsigned char random[RECOVERY_CODE_CHARACTERS];
        char text[RECOVERY_CODE_CHARACTERS];
        random_bytes(random, sizeof(random));
        for (size_t c = 0; c < sizeof(text); c++) {
            text[c] = alphabet[random[c] % 32];
        }
        struct slice code =
            arena_copy(tx->arena, (struct slice){ .ptr = text, .len = sizeof(text) });
        tx_send(tx, SQL_AUTH_RECOVERY_ADD, PARAMS(P_INT(user_id), p_bytea(tx->arena, code)));
        ret_codes->codes[i] = in_groups(tx->arena, code, CODE_GROUP, '-');
        sodium_memzero(random, sizeof(random));
    }
}

/* ---- codes ---- */

enum error totp_count(struct auth *auth, struct faults *faults, int64_t user_id,
                      const struct origin *origin)
{
    struct tries tries = { .key = arena_format(faults->arena, "signin:t:%" PRId64, user_id),
                           .max = TOTP_TRIES_MAX,
                           .user_id = user_id };
    return auth_count_try(auth, faults, &tries, origin);
}

static enum error refuse_code(struct arena *arena, int64_t user_id, const struct origin *origin)
{
    TRY(auth_note_alone(arena,
                        &(struct auth_note){ .kind = "second_factor",
                                             .outcome = "refused",
                                             .reason = "wrong or used code",
                                             .user_id = user_id },
                        origin));
    return E_CODE;
}

enum error totp_take(struct tx *tx, const struct rows *account, const struct totp_try *attempt,
                     utime now)
{
    struct slice plain = totp_code_plain(tx->arena, attempt->code);
    struct rows rows = { 0 };
    if (plain.len == RECOVERY_CODE_CHARACTERS) {
        TRY(tx_query(tx, SQL_AUTH_RECOVERY_USE,
                     PARAMS(P_INT(attempt->user_id), p_bytea(tx->arena, plain)), &rows));
        return rows.count == 1 ? OK : E_CODE;
    }
    struct totp_secret secret = { 0 };
    TRY(secret_from(rows_text(account, 0, "secret"), &secret));
    int64_t step = totp_step_of(&secret, plain, now, rows_int(account, 0, "totp_step"));
    sodium_memzero(&secret, sizeof(secret));
    if (step == 0) {
        return E_CODE;
    }
    tx_send(tx, SQL_AUTH_TOTP_STEP, PARAMS(P_INT(attempt->user_id), P_INT(step)));
    return OK;
}

/* Begins, locks the account and takes the code; the caller goes on in the same transaction. */
static enum error begin_proved(struct auth *auth, struct faults *faults,
                               const struct totp_try *attempt, const struct origin *origin,
                               struct tx *tx)
{
    struct rows account = { 0 };
    TRY(totp_count(auth, faults, attempt->user_id, origin));
    TRY(tx_begin(faults->arena, tx));
    TRY(tx_query(tx, SQL_AUTH_TOTP_LOCK, PARAMS(P_INT(attempt->user_id)), &account));
    if (account.count == 0 || rows_null(&account, 0, "secret")) {
        return refuse(faults, E_CONFLICT, "This account has no second factor.");
    }
    enum error error = totp_take(tx, &account, attempt, origin->now);
    if (error == E_CODE) {
        tx_done(tx);
        *tx = (struct tx){ 0 };
        return refuse_code(faults->arena, attempt->user_id, origin);
    }
    return error;
}

static void note_proved(struct tx *tx, const struct totp_try *attempt, const char *what,
                        const struct origin *origin)
{
    auth_note(
        tx,
        &(struct auth_note){
            .kind = "second_factor", .outcome = "ok", .reason = what, .user_id = attempt->user_id },
        origin);
    if (attempt->session_id != 0) {
        tx_send(tx, SQL_AUTH_SESSION_PROVE,
                PARAMS(P_INT(attempt->session_id), P_INT(attempt->user_id)));
    }
}

enum error totp_confirm(struct auth *auth, struct faults *faults, const struct totp_try *attempt,
                        const struct origin *origin, struct recovery_codes *ret_codes)
{
    struct rows account = { 0 };
    struct totp_secret secret = { 0 };
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(totp_count(auth, faults, attempt->user_id, origin));
    TRY(tx_begin(faults->arena, &tx));
    TRY(tx_query(&tx, SQL_AUTH_TOTP_LOCK, PARAMS(P_INT(attempt->user_id)), &account));
    if (account.count == 0 || rows_null(&account, 0, "pending")) {
        return refuse(faults, E_CONFLICT, "Ask for a secret first.");
    }
    TRY(secret_from(rows_text(&account, 0, "pending"), &secret));
    int64_t step =
        totp_step_of(&secret, totp_code_plain(faults->arena, attempt->code), origin->now, 0);
    sodium_memzero(&secret, sizeof(secret));
    if (step == 0) {
        tx_done(&tx);
        tx = (struct tx){ 0 };
        return refuse_code(faults->arena, attempt->user_id, origin);
    }
    tx_send(&tx, SQL_AUTH_TOTP_ON, PARAMS(P_INT(attempt->user_id), P_INT(step)));
    new_codes(&tx, attempt->user_id, ret_codes);
    note_proved(&tx, attempt, "turned on", origin);
    auth_announce_user(&tx, attempt->user_id);
    TRY(tx_commit(&tx));
    auth_uncount(faults->arena, "t", attempt->user_id);
    auth_user_dropped(auth, faults->arena, attempt->user_id);
    return OK;
}

enum error totp_prove(struct auth *auth, struct faults *faults, const struct totp_try *attempt,
                      const struct origin *origin)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(begin_proved(auth, faults, attempt, origin, &tx));
    note_proved(&tx, attempt, "given", origin);
    auth_announce_user(&tx, attempt->user_id);
    TRY(tx_commit(&tx));
    auth_uncount(faults->arena, "t", attempt->user_id);
    auth_user_dropped(auth, faults->arena, attempt->user_id);
    return OK;
}

enum error totp_new_codes(struct auth *auth, struct faults *faults, const struct totp_try *attempt,
                          const struct origin *origin, struct recovery_codes *ret_codes)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(begin_proved(auth, faults, attempt, origin, &tx));
    new_codes(&tx, attempt->user_id, ret_codes);
    note_proved(&tx, attempt, "new recovery codes", origin);
    TRY(tx_commit(&tx));
    auth_uncount(faults->arena, "t", attempt->user_id);
    return OK;
}

enum error auth_check_password(struct auth *auth, struct faults *faults,
                               const struct totp_try *attempt, const struct origin *origin)
{
    struct rows rows = { 0 };
    bool fits = false;
    TRY(auth_count_password(auth, faults, attempt->user_id, origin));
    TRY(db_read(faults->arena, SQL_AUTH_PASSWORD_OF, PARAMS(P_INT(attempt->user_id)), &rows));
    TRY(password_fits(auth->pool, attempt->password, rows_text(&rows, 0, "password_hash"), &fits));
    if (!fits) {
        return E_CREDENTIALS;
    }
    auth_uncount(faults->arena, "p", attempt->user_id);
    return OK;
}

enum error totp_disable(struct auth *auth, struct faults *faults, const struct totp_try *attempt,
                        const struct origin *origin)
{
    CLEANUP(tx_done) struct tx tx = { 0 };
    TRY(auth_check_password(auth, faults, attempt, origin));
    TRY(begin_proved(auth, faults, attempt, origin, &tx));
    auth_note(&tx,
              &(struct auth_note){ .kind = "second_factor",
                                   .outcome = "ok",
                                   .reason = "turned off",
                                   .user_id = attempt->user_id },
              origin);
    tx_send(&tx, SQL_AUTH_TOTP_OFF, PARAMS(P_INT(attempt->user_id)));
    tx_send(&tx, SQL_AUTH_RECOVERY_CLEAR, PARAMS(P_INT(attempt->user_id)));
    auth_announce_user(&tx, attempt->user_id);
    TRY(tx_commit(&tx));
    auth_uncount(faults->arena, "t", attempt->user_id);
    auth_user_dropped(auth, faults->arena, attempt->user_id);
    return OK;
}
