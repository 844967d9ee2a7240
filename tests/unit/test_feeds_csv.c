/* The strict CSV reader, on what files are and on what they should not be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "feeds/csv.h"

static const struct csv_column columns[] = { { " name player_name ", true },
                                             { " yards ", true },
                                             { " note ", false } };

struct read {
    struct arena arena;
    struct faults faults;
    struct buffer seen; /* "Ann=12;Bob=-3;" */
};

static enum error take_row(void *thing, const struct csv_row *row)
{
    struct read *read = thing;
    int64_t yards = 0;
    TRY(csv_int(row, 1, (struct csv_bounds){ -99, 999, 0 }, &yards));
    struct slice name = csv_text(row, 0);
    struct slice note = csv_text(row, 2);
    buffer_format(&read->seen, "%.*s=%lld", FMT(name), (long long)yards);
    buffer_format(&read->seen, "%s%.*s@%zu;", note.ptr == NULL ? "" : " ", FMT(note), row->line);
    return OK;
}

static enum error read_text(struct read *read, struct slice bytes)
{
    static const struct csv_column *const wanted = columns;
    read->faults = (struct faults){ .arena = &read->arena };
    buffer_init(&read->seen, &read->arena);
    struct csv_shape shape = {
        .columns = wanted, .column_count = ARRAY_LEN(columns), .row = take_row, .thing = read
    };
    return csv_read(S("f.csv"), bytes, &shape, &read->faults);
}

static void assert_reads(struct slice bytes, struct slice expected)
{
    struct read read = { 0 };
    enum error error = read_text(&read, bytes);
    if (error != OK) {
        print_error("%.*s\n", FMT(read.faults.detail));
    }
    assert_int_equal(error, OK);
    assert_int_equal(read.seen.len, expected.len);
    assert_memory_equal(read.seen.ptr, expected.ptr, expected.len);
    arena_done(&read.arena);
}

static void assert_refuses(struct slice bytes, struct slice message)
{
    struct read read = { 0 };
    assert_int_equal(read_text(&read, bytes), E_FEED);
    if (!slice_eq(read.faults.detail, message)) {
        print_error("said: %.*s\n", FMT(read.faults.detail));
    }
    assert_true(slice_eq(read.faults.detail, message));
    arena_done(&read.arena);
}

static void columns_are_found_by_name_in_any_order(void **state)
{
    (void)state;
    assert_reads(S("extra,yards,name\nx,12,Ann\ny,-3,Bob\n"), S("Ann=12@2;Bob=-3@3;"));
    assert_reads(S("yards,player_name\n12,Ann\n"), S("Ann=12@2;"));
}

static void quotes_line_ends_and_a_byte_order_mark_are_understood(void **state)
{
    (void)state;
    assert_reads(S("\xef\xbb\xbfname,yards\r\n\"O\"\"Neil, Ann\",1\r\n"), S("O\"Neil, Ann=1@2;"));
    assert_reads(S("name,yards,note\nAnn,1,\"two\nlines\"\nBob,2,\n"),
                 S("Ann=1 two\nlines@2;Bob=2@4;"));
    assert_reads(S("name,yards\n\nAnn,1\n\n\nBob,2\n"), S("Ann=1@3;Bob=2@6;"));
}

static void empty_cells_and_na_are_nothing_and_whole_decimals_are_whole(void **state)
{
    (void)state;
    assert_reads(S("name,yards,note\nAnn,,NA\nBob,4.0,\n"), S("Ann=0@2;Bob=4@3;"));
}

static void a_row_of_another_width_is_named_by_its_line(void **state)
{
    (void)state;
    assert_refuses(S("name,yards\nAnn,1\nBob\n"),
                   S("f.csv line 3: has 1 fields, but the header has 2"));
    assert_refuses(S("name,yards\nAnn,1,2\n"),
                   S("f.csv line 2: has 3 fields, but the header has 2"));
    assert_refuses(S("name,yards\n\"a\nb\",1,2\n"),
                   S("f.csv line 2: has 3 fields, but the header has 2"));
}

static void a_wrong_cell_is_named_by_line_and_column(void **state)
{
    (void)state;
    assert_refuses(S("name,yards\nAnn,1\nBob,x1\n"),
                   S("f.csv line 3 column yards: \"x1\" is not a whole number from -99 to 999"));
    assert_refuses(S("name,yards\nAnn,4.5\n"),
                   S("f.csv line 2 column yards: \"4.5\" is not a whole number from -99 to 999"));
    assert_refuses(S("name,yards\nAnn,1000\n"),
                   S("f.csv line 2 column yards: \"1000\" is not a whole number from -99 to 999"));
}

static void a_file_that_was_cut_off_is_refused_even_after_a_whole_cell(void **state)
{
    (void)state;
    assert_refuses(S("name,yards\nAnn,12"),
                   S("f.csv line 2: is cut off: the file does not end with a line end"));
    assert_refuses(S(""), S("f.csv is empty"));
    assert_refuses(S("\n\n"), S("f.csv is empty"));
    assert_refuses(S("name,yards\n\"Ann,1\nBob,2\n"),
                   S("f.csv line 2: a quotation mark opened here is never closed"));
}

static void wrong_headers_are_refused(void **state)
{
    (void)state;
    assert_refuses(S("name,yard\nAnn,1\n"), S("f.csv line 1: there is no column yards"));
    assert_refuses(S("name,yards,name\nAnn,1,Bob\n"), S("f.csv line 1: column name stands twice"));
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    (void)state;
    assert_refuses(S("name,yards\nAnn,1\n\xc0\x80,2\n"), S("f.csv line 3: is not UTF-8 text"));
    assert_refuses(S("name,yards\nAn\0n,1\n"), S("f.csv line 2: is not UTF-8 text"));
    assert_refuses(S("name,yards\nA\"nn,1\n"),
                   S("f.csv line 2: has a quotation mark where none may be"));
}

/* A text of `prefix`, `count` times `byte`, and `suffix`. */
static struct slice filled(struct arena *arena, struct slice prefix, size_t count, char byte,
                           struct slice suffix)
{
    struct buffer text;
    buffer_init(&text, arena);
    buffer_add(&text, prefix);
    for (size_t i = 0; i < count; i++) {
        buffer_byte(&text, byte);
    }
    buffer_add(&text, suffix);
    return buffer_slice(&text);
}

static void fields_lines_and_columns_have_limits(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice head = S("name,yards\n");
    assert_refuses(
        filled(&arena, head, CSV_FIELD_BYTES_MAX + 1, 'a', S(",1\n")),
        S("f.csv line 2: has a field larger than 64 kB (is a quotation mark left open?)"));
    assert_refuses(filled(&arena, head, 2000000, 'a', S(",1\n")),
                   S("f.csv line 2: is longer than 1 MB"));
    assert_refuses(filled(&arena, S(""), CSV_COLUMNS_MAX, ',', S("\n")),
                   S("f.csv line 1: has more than 512 columns"));
    assert_refuses(
        filled(&arena, S("name,yards\n\"open\n"), 100000, '\n', S("\n")),
        S("f.csv line 2: has a field larger than 64 kB (is a quotation mark left open?)"));
}

static void numbers_keep_three_places(void **state)
{
    (void)state;
    static const struct {
        struct slice text;
        int32_t thousandths; /* INT32_MIN: refused */
    } cases[] = {
        { S_INIT("3.5"), 3500 },
        { S_INIT("-12"), -12000 },
        { S_INIT(""), 0 },
        { S_INIT("NA"), 0 },
        { S_INIT("0.0004"), 0 },
        { S_INIT("-0.0006"), -1 },
        { S_INIT("1e5"), INT32_MIN },
        { S_INIT("2000001"), INT32_MIN },
        { S_INIT("--1"), INT32_MIN },
        { S_INIT("1."), INT32_MIN },
        { S_INIT("Inf"), INT32_MIN },
    };
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct slice names[] = { S("sacks") };
        struct csv_row row = { .file = S("f"),
                               .line = 2,
                               .cells = &cases[i].text,
                               .names = names,
                               .count = 1,
                               .faults = &faults };
        int32_t value = 7;
        enum error error = csv_thousandths(&row, 0, &value);
        assert_int_equal(error, cases[i].thousandths == INT32_MIN ? E_FEED : OK);
        assert_int_equal(value, error == OK ? cases[i].thousandths : 7);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_in_any_order),
        cmocka_unit_test(quotes_line_ends_and_a_byte_order_mark_are_understood),
        cmocka_unit_test(empty_cells_and_na_are_nothing_and_whole_decimals_are_whole),
        cmocka_unit_test(a_row_of_another_width_is_named_by_its_line),
        cmocka_unit_test(a_wrong_cell_is_named_by_line_and_column),
        cmocka_unit_test(a_file_that_was_cut_off_is_refused_even_after_a_whole_cell),
        cmocka_unit_test(wrong_headers_are_refused),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(fields_lines_and_columns_have_limits),
        cmocka_unit_test(numbers_keep_three_places),
    };
    return cmocka_run_group_tests_name("feeds_csv", tests, NULL, NULL);
}
