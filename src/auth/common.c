/* Passwords that whoever guesses tries first are refused, whatever their length (OWASP ASVS 5.0, 6.2.4,
 * 6.2.11, 6.2.12; NIST SP 800-63B, 5.1.1.2). No kinds of characters are asked for. */
#include <string.h>

#include "auth/auth.h"
#include "auth/password.h"

enum {
    EXTRA_MAX = 8,  /* digits and signs around a common word that make it no better */
    CORE_MIN = 4,   /* shorter words say nothing */
    PERIOD_MAX = 4, /* "abcabcabcabc" */
    CONTEXT_EXTRA_MAX = 8,
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Compares the word at `at` (up to its line break) with text, both lower case: <0, 0, >0. */
static int compare_at(size_t at, struct slice text)
{
    size_t i = 0;
    while (i < text.len && common_passwords[at + i] != '\n') {
        int difference = (int)common_passwords[at + i] - (int)(unsigned char)lower(text.ptr[i]);
        if (difference != 0) {
            return difference;
        }
        i++;
    }
    bool is_end = common_passwords[at + i] == '\n';
    return i == text.len ? (is_end ? 0 : 1) : -1;
}

static bool is_listed(struct slice text)
{
    size_t low = 0;
    size_t high = common_passwords_len;
    while (low < high) {
        size_t at = low + (high - low) / 2;
        while (at > low && common_passwords[at - 1] != '\n') {
            at--;
        }
        int order = compare_at(at, text);
        if (order == 0) {
            return true;
        }
        if (order > 0) {
            high = at;
        } else {
            while (common_passwords[at] != '\n') {
                at++;
            }
            low = at + 1;
        }
    }
    return false;
}

/* Without what is no letter at both ends. */
static struct slice core_of(struct slice text)
{
    size_t from = 0;
    size_t to = text.len;
    while (from < to && !is_letter(text.ptr[from])) {
        from++;
    }
    while (to > from && !is_letter(text.ptr[to - 1])) {
        to--;
    }
    return slice_from_to(text, from, to);
}

static bool is_repeated(struct slice text)
{
    for (size_t period = 1; period <= PERIOD_MAX; period++) {
        size_t i = period;
        while (i < text.len && lower(text.ptr[i]) == lower(text.ptr[i - period])) {
            i++;
        }
        if (i == text.len) {
            return true;
        }
    }
    return false;
}

/* "abcdefghijkl", "9876543210" and what is nearly that. */
static bool is_row(struct slice text)
{
    size_t up = 0;
    size_t down = 0;
    for (size_t i = 1; i < text.len; i++) {
        int step = lower(text.ptr[i]) - lower(text.ptr[i - 1]);
        up += step == 1 || step == 0 ? 1 : 0;
        down += step == -1 || step == 0 ? 1 : 0;
    }
    size_t most = up > down ? up : down;
    return text.len > 1 && most * 10 >= (text.len - 1) * 8;
}

static bool holds(struct slice text, struct slice word)
{
    for (size_t at = 0; at + word.len <= text.len; at++) {
        if (slice_eq_nocase(slice_from_to(text, at, at + word.len), word)) {
            return true;
        }
    }
    return false;
}

/* Little more than the word itself. */
static bool is_about(struct slice password, struct slice word)
{
    return word.len >= CORE_MIN && password.len <= word.len + CONTEXT_EXTRA_MAX &&
           holds(password, word);
}

static bool is_about_account(struct slice password, const struct account *account)
{
    static const struct slice ours[] = { S_INIT("astralfield"), S_INIT("fantasy"),
                                         S_INIT("football") };
    struct slice rest = account->email;
    struct slice before_at = slice_cut(&rest, '@');
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
        if (is_about(password, ours[i])) {
            return true;
        }
    }
    return is_about(password, account->email) || is_about(password, before_at) ||
           is_about(password, slice_trim(account->display_name));
}

bool password_is_common(struct slice password, const struct account *account)
{
    struct slice core = core_of(password);
    bool is_word = core.len >= CORE_MIN && password.len - core.len <= EXTRA_MAX && is_listed(core);
    return is_listed(password) || is_word || is_repeated(password) || is_row(password) ||
           is_about_account(password, account);
}

enum error password_accept(struct faults *faults, struct slice at, const struct account *account)
{
    if (!password_is_common(account->password, account)) {
        return OK;
    }
    fault_add(faults, at,
              "is among the first that are guessed: a few words that do not belong together are "
              "better");
    return E_INVALID;
}
