/* auth: one-time codes and passwords that are guessed first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "auth/password.h"
#include "auth/totp.h"
#include "base/check.h"

/* RFC 6238, appendix B, SHA-1; the last six of its eight digits. */
static const struct totp_secret vector_secret = { .bytes = "12345678901234567890" };
static const struct {
    int64_t seconds;
    const char *code;
} vectors[] = { { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
                { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };

static int64_t step_at(int64_t seconds, const char *code, int64_t after)
{
    return totp_step_of(&vector_secret, slice_from(code), seconds * US_PER_S, after);
}

static void codes_are_those_of_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        int64_t step = vectors[i].seconds / TOTP_STEP_S;
        assert_int_equal(step_at(vectors[i].seconds, vectors[i].code, 0), step);
    }
}

static void a_code_is_good_one_step_early_or_late_and_no_longer(void **state)
{
    (void)state;
    const char *code = "005924";
    int64_t began = 1234567890 / TOTP_STEP_S * TOTP_STEP_S;
    assert_int_equal(step_at(began - TOTP_STEP_S, code, 0), began / TOTP_STEP_S);
    assert_int_equal(step_at(began + 2 * TOTP_STEP_S - 1, code, 0), began / TOTP_STEP_S);
    assert_int_equal(step_at(began - TOTP_STEP_S - 1, code, 0), 0);
    assert_int_equal(step_at(began + 2 * TOTP_STEP_S, code, 0), 0);
}

static void a_step_that_was_taken_is_not_taken_again(void **state)
{
    (void)state;
    int64_t step = 1234567890 / TOTP_STEP_S;
    assert_int_equal(step_at(1234567890, "005924", step - 1), step);
    assert_int_equal(step_at(1234567890, "005924", step), 0);
    assert_int_equal(step_at(1234567890, "005924", step + 5), 0);
}

static void what_is_no_code_is_none(void **state)
{
    (void)state;
    static const char *const codes[] = { "",       "5924",   "05924", "0059240",
                                         "00592a", "005 24", "-05924" };
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        assert_int_equal(step_at(1234567890, codes[i], 0), 0);
    }
}

static void typed_codes_lose_their_blanks_and_dashes(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    assert_true(slice_eq(totp_code_plain(&arena, S(" 005 924 ")), S("005924")));
    assert_true(slice_eq(totp_code_plain(&arena, S("abcdef-ghjkmn")), S("ABCDEFGHJKMN")));
    assert_true(slice_eq(totp_code_plain(&arena, S("- -")), S("")));
}

static void the_address_for_authenticators_is_escaped(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice uri = totp_uri(&arena, &vector_secret, S("a+b&secret=x@example.org"));
    assert_true(
        slice_eq(uri, S("otpauth://totp/AstralField:a%2Bb%26secret%3Dx%40example.org"
                        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=AstralField&algorithm=SHA1"
                        "&digits=6&period=30")));
}

static void a_qr_code_is_drawn_and_too_long_a_text_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice svg = S("");
    char *long_text = arena_alloc(&arena, 2000);
    memset(long_text, 'x', 1999);
    assert_int_equal(totp_qr(&arena, S("otpauth://totp/AstralField:x"), &svg), OK);
    assert_true(slice_starts(svg, S("<svg ")));
    assert_true(slice_ends(svg, S("</svg>")));
    assert_int_equal(totp_qr(&arena, (struct slice){ long_text, 1999 }, &svg), E_TOO_LARGE);
}

static bool is_common(const char *password)
{
    struct account account = { .email = S("marguerite@example.org"),
                               .display_name = S("Zebediah Quill") };
    return password_is_common(slice_from(password), &account);
}

static void listed_passwords_and_those_near_them_are_common(void **state)
{
    (void)state;
    static const char *const guessed[] = { "qwertyuiop",      "QWERTYUIOP",      "basketball",
                                           "password123",     "!!Password2024!", "1q2w3e4r5t",
                                           "1111111111",      "ababababababab",  "abcdefghij",
                                           "0987654321",      "marguerite1999",  "Zebediah Quill",
                                           "zebediah quill!", "astralfield99",   "football2025" };
    for (size_t i = 0; i < ARRAY_LEN(guessed); i++) {
        if (!is_common(guessed[i])) {
            fail_msg("%s passes", guessed[i]);
        }
    }
}

static void words_that_do_not_belong_together_pass(void **state)
{
    (void)state;
    static const char *const fine[] = { "correct horse battery", "a longer passphrase",
                                        "tyrolean-hoverboard", "Xk29-qMz1-77aB",
                                        "i read fantasy novels about football every day" };
    for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
        if (is_common(fine[i])) {
            fail_msg("%s is refused", fine[i]);
        }
    }
}

static void every_word_of_the_list_is_found_first_and_last_too(void **state)
{
    (void)state;
    size_t words = 0;
    size_t from = 0;
    for (size_t at = 0; at < common_passwords_len; at++) {
        if (common_passwords[at] == '\n') {
            struct slice word = { (const char *)common_passwords + from, at - from };
            struct account nobody = { .email = S("q@q.q") };
            assert_true(password_is_common(word, &nobody));
            from = at + 1;
            words++;
        }
    }
    assert_true(words >= 3000); /* OWASP ASVS 5.0, 6.2.4 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standard),
        cmocka_unit_test(a_code_is_good_one_step_early_or_late_and_no_longer),
        cmocka_unit_test(a_step_that_was_taken_is_not_taken_again),
        cmocka_unit_test(what_is_no_code_is_none),
        cmocka_unit_test(typed_codes_lose_their_blanks_and_dashes),
        cmocka_unit_test(the_address_for_authenticators_is_escaped),
        cmocka_unit_test(a_qr_code_is_drawn_and_too_long_a_text_is_refused),
        cmocka_unit_test(listed_passwords_and_those_near_them_are_common),
        cmocka_unit_test(words_that_do_not_belong_together_pass),
        cmocka_unit_test(every_word_of_the_list_is_found_first_and_last_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
