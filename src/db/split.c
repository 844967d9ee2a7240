#include "db/split.h"

#include <ctype.h>

struct scan {
    struct slice text;
    size_t at;
    int depth;           /* of begin atomic … end, case … end */
    struct slice before; /* the word before this one */
};

static bool is_word_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool starts_at(const struct scan *scan, struct slice what)
{
    return slice_starts(slice_from_to(scan->text, scan->at, scan->text.len), what);
}

/* Behind the next `what` at or after `at`, or the end. */
static void skip_behind(struct scan *scan, struct slice what)
{
    while (scan->at < scan->text.len && !starts_at(scan, what)) {
        scan->at++;
    }
    scan->at = scan->at < scan->text.len ? scan->at + what.len : scan->at;
}

static void skip_word(struct scan *scan)
{
    size_t from = scan->at;
    while (scan->at < scan->text.len && is_word_byte(scan->text.ptr[scan->at])) {
        scan->at++;
    }
    struct slice word = slice_from_to(scan->text, from, scan->at);
    bool opens = slice_eq_nocase(word, S("atomic")) && slice_eq_nocase(scan->before, S("begin"));
    if (opens || (scan->depth > 0 && slice_eq_nocase(word, S("case")))) {
        scan->depth++;
    } else if (scan->depth > 0 && slice_eq_nocase(word, S("end"))) {
        scan->depth--;
    }
    scan->before = word;
}

/* $$ … $$ or $tag$ … $tag$; a dollar that opens nothing is one byte. */
static void skip_dollar(struct scan *scan)
{
    size_t end = scan->at + 1;
    while (end < scan->text.len && is_word_byte(scan->text.ptr[end])) {
        end++;
    }
    if (end == scan->text.len || scan->text.ptr[end] != '$') {
        scan->at++;
        return;
    }
    struct slice tag = slice_from_to(scan->text, scan->at, end + 1);
    scan->at = end + 1;
    skip_behind(scan, tag);
}

/* One comment, string, name, word or byte. */
static void skip_one(struct scan *scan)
{
    char c = scan->text.ptr[scan->at];
    if (starts_at(scan, S("--"))) {
        skip_behind(scan, S("\n"));
    } else if (starts_at(scan, S("/*"))) {
        skip_behind(scan, S("*/"));
    } else if (c == '\'' || c == '"') {
        scan->at++;
        skip_behind(scan, c == '"' ? S("\"") : S("'"));
    } else if (c == '$') {
        skip_dollar(scan);
    } else if (is_word_byte(c)) {
        skip_word(scan);
    } else {
        scan->at++;
    }
}

/* Comments and space before a statement belong to none. */
static struct slice without_head(struct slice text)
{
    struct scan scan = { .text = text };
    while (scan.at < text.len) {
        if (isspace((unsigned char)text.ptr[scan.at])) {
            scan.at++;
        } else if (starts_at(&scan, S("--")) || starts_at(&scan, S("/*"))) {
            skip_one(&scan);
        } else {
            break;
        }
    }
    return slice_from_to(text, scan.at, text.len);
}

struct slice sql_next_statement(struct slice *rest)
{
    struct scan scan = { .text = without_head(*rest) };
    while (scan.at < scan.text.len) {
        if (scan.text.ptr[scan.at] == ';' && scan.depth == 0) {
            struct slice statement = slice_from_to(scan.text, 0, scan.at);
            *rest = slice_from_to(scan.text, scan.at + 1, scan.text.len);
            return slice_trim(statement);
        }
        skip_one(&scan);
    }
    *rest = slice_from_to(scan.text, scan.text.len, scan.text.len);
    return slice_trim(scan.text);
}
