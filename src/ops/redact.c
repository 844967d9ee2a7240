/* What texts from outside must not bring into the log and the database. */
#include "base/check.h"
#include "ops/notes.h"

enum { SECRET_LENGTH = 20 };

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '+' || c == '%' || c == '@' || (unsigned char)c >= 0x80;
}

static bool is_name_of_secret(struct slice word)
{
    static const struct slice names[] = {
        S_INIT("password"),      S_INIT("passwd"), S_INIT("token"),  S_INIT("secret"),
        S_INIT("authorization"), S_INIT("bearer"), S_INIT("cookie"), S_INIT("apikey"),
        S_INIT("api_key"),       S_INIT("csrf"),   S_INIT("session")
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (word.len >= names[i].len &&
            slice_eq_nocase(slice_from_to(word, word.len - names[i].len, word.len), names[i])) {
            return true;
        }
    }
    return false;
}

/* Long, and with digits among its letters: no word of a language. */
static bool looks_random(struct slice word)
{
    size_t digits = 0;
    size_t letters = 0;
    for (size_t i = 0; i < word.len; i++) {
        digits += word.ptr[i] >= '0' && word.ptr[i] <= '9';
        letters += (word.ptr[i] >= 'a' && word.ptr[i] <= 'z') ||
                   (word.ptr[i] >= 'A' && word.ptr[i] <= 'Z');
    }
    return word.len >= SECRET_LENGTH && digits >= 3 && letters >= 3;
}

static bool has_at(struct slice word)
{
    size_t at = slice_find(word, '@', 0);
    return at > 0 && at + 1 < word.len && slice_find(word, '.', at) < word.len;
}

/* Whether a value follows a name: behind blanks and quotes comes '=' or ':'. */
static bool has_sign(struct slice text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '"' || text.ptr[at] == '\'')) {
        at++;
    }
    return at < text.len && (text.ptr[at] == '=' || text.ptr[at] == ':');
}

static bool is_scheme(struct slice word)
{
    return slice_eq_nocase(word, S("bearer")) || slice_eq_nocase(word, S("basic"));
}

static size_t word_end(struct slice text, size_t at)
{
    while (at < text.len && is_word(text.ptr[at])) {
        at++;
    }
    return at;
}

/* The query of an address: up to a blank, a quote or a bracket. */
static size_t query_end(struct slice text, size_t at)
{
    while (at < text.len && text.ptr[at] != ' ' && text.ptr[at] != '\n' && text.ptr[at] != ')' &&
           text.ptr[at] != '"' && text.ptr[at] != '\'') {
        at++;
    }
    return at;
}

static struct slice harmless(struct slice word, bool is_value)
{
    if (is_scheme(word)) {
        return word;
    }
    if (is_value || looks_random(word)) {
        return S("[secret]");
    }
    return has_at(word) ? S("[email]") : word;
}

struct slice note_redact(struct arena *arena, struct slice text)
{
    struct buffer out;
    buffer_init(&out, arena);
    bool is_value = false; /* of something secret */
    size_t at = 0;
    while (at < text.len) {
        char c = text.ptr[at];
        size_t end = word_end(text, at);
        if (end > at) {
            struct slice word = slice_from_to(text, at, end);
            buffer_add(&out, harmless(word, is_value));
            is_value = is_scheme(word) || (is_name_of_secret(word) && has_sign(text, end));
            at = end;
        } else if (c == '?' && word_end(text, at + 1) > at + 1) {
            buffer_add(&out, S("?[query]"));
            at = query_end(text, at);
        } else {
            bool is_control = ((unsigned char)c < 0x20 && c != '\n') || c == 0x7f;
            buffer_byte(&out, is_control ? ' ' : c);
            at++;
        }
    }
    return buffer_slice(&out);
}
