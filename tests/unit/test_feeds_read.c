/* The readers of feeds/ apart from CSV: gzip, the clock in New York, names, ids, draft positions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/check.h"
#include "feeds/adp.h"
#include "feeds/eastern.h"
#include "feeds/file.h"
#include "feeds/games.h"
#include "feeds/name.h"
#include "feeds/people.h"
#include "feeds/stat_json.h"
#include "feeds/weeks.h"

/* ---- gzip ---- */

static struct slice packed(struct arena *arena, struct slice text)
{
    z_stream stream = { .next_in = (const Bytef *)text.ptr, .avail_in = (uInt)text.len };
    size_t cap = text.len + 1024;
    char *out = arena_alloc(arena, cap);
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_out = (Bytef *)out;
    stream.avail_out = (uInt)cap;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t len = cap - stream.avail_out;
    deflateEnd(&stream);
    return (struct slice){ .ptr = out, .len = len };
}

static struct slice sample_text(struct arena *arena)
{
    struct buffer text;
    buffer_init(&text, arena);
    for (int i = 0; i < 20000; i++) {
        buffer_format(&text, "%d,%d\n", i, i * i % 977);
    }
    return buffer_slice(&text);
}

static enum error unpack(struct arena *arena, struct slice bytes, struct feed_file *ret_file)
{
    struct faults faults = { .arena = arena };
    *ret_file = (struct feed_file){ .name = S("f.gz"), .bytes = bytes };
    return gzip_unpack(arena, ret_file, &faults);
}

static void gzip_of_one_or_several_members_is_unpacked(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice text = sample_text(&arena);
    struct feed_file file = { 0 };
    assert_int_equal(unpack(&arena, packed(&arena, text), &file), OK);
    assert_true(slice_eq(file.bytes, text));
    struct buffer both;
    buffer_init(&both, &arena);
    buffer_add(&both, packed(&arena, S("one,")));
    buffer_add(&both, packed(&arena, S("two")));
    assert_int_equal(unpack(&arena, buffer_slice(&both), &file), OK);
    assert_true(slice_eq(file.bytes, S("one,two")));
    assert_int_equal(unpack(&arena, S("plain"), &file), OK);
    assert_true(slice_eq(file.bytes, S("plain")));
}

static void gzip_that_ends_anywhere_too_early_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice whole = packed(&arena, sample_text(&arena));
    for (size_t len = 2; len < whole.len; len += 1 + len / 9) {
        struct feed_file file = { 0 };
        assert_int_equal(unpack(&arena, slice_from_to(whole, 0, len), &file), E_FEED);
    }
    struct feed_file file = { 0 };
    assert_int_equal(unpack(&arena, slice_from_to(whole, 0, whole.len - 1), &file), E_FEED);
}

static void gzip_with_a_changed_byte_is_refused(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct slice text = sample_text(&arena);
    struct slice whole = packed(&arena, text);
    for (size_t at = 10; at < whole.len; at += whole.len / 40) {
        struct slice copy = arena_copy(&arena, whole);
        char *byte = (char *)(uintptr_t)copy.ptr + at;
        *byte = (char)(*byte ^ 0x55);
        struct feed_file file = { 0 };
        assert_int_equal(unpack(&arena, copy, &file), E_FEED);
    }
}

static void a_bomb_is_refused_before_it_fills_the_memory(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    size_t len = FEED_BYTES_MAX + 1024;
    char *zeros = calloc(1, len);
    assert_non_null(zeros);
    struct slice bomb = packed(&arena, (struct slice){ .ptr = zeros, .len = len });
    free(zeros);
    struct feed_file file = { 0 };
    assert_true(bomb.len < 1024 * 1024);
    assert_int_equal(unpack(&arena, bomb, &file), E_FEED);
}

static void a_file_that_is_not_there_or_no_file_is_told_apart(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct faults faults = { .arena = &arena };
    struct feed_file file = { 0 };
    assert_int_equal(file_load(&arena, S("/nonexistent/x.csv"), &faults, &file), E_FEED_MISSING);
    assert_int_equal(file_load(&arena, S("/"), &faults, &file), E_FILE);
    assert_int_equal(file_load(&arena, S("/proc/self/exe/x"), &faults, &file), E_FEED_MISSING);
}

/* ---- the clock in New York ---- */

static void assert_utc(struct slice date, struct slice time, struct slice expected)
{
    char text[UTIME_TEXT_MAX];
    utime at = 0;
    assert_int_equal(eastern_to_utc(date, time, &at), OK);
    struct slice seen = utime_print(at, text);
    assert_memory_equal(seen.ptr, expected.ptr, expected.len);
}

static void kickoffs_follow_daylight_saving_time(void **state)
{
    (void)state;
    assert_utc(S("2024-09-05"), S("20:20"), S("2024-09-06T00:20:00"));
    assert_utc(S("2024-11-03"), S("13:00"), S("2024-11-03T18:00:00")); /* the day it ends */
    assert_utc(S("2024-11-02"), S("13:00"), S("2024-11-02T17:00:00"));
    assert_utc(S("2024-11-03"), S("01:59"), S("2024-11-03T05:59:00"));
    assert_utc(S("2024-11-03"), S("02:00"), S("2024-11-03T07:00:00"));
    assert_utc(S("2023-10-01"), S("9:30"), S("2023-10-01T13:30:00"));
    assert_utc(S("2006-10-29"), S("13:00"), S("2006-10-29T18:00:00")); /* before the law of 2005 */
    assert_utc(S("2007-10-29"), S("20:30"), S("2007-10-30T00:30:00"));
    assert_utc(S("1974-01-13"), S("15:00"), S("1974-01-13T19:00:00")); /* daylight in January */
}

/* The C library's rules for New York, hour by hour, are the oracle; the hour that comes twice is
 * left out. Skips itself loudly where the machine has no zone data. */
static void every_hour_since_1970_agrees_with_the_zone_data(void **state)
{
    (void)state;
    setenv("TZ", "America/New_York", 1);
    tzset();
    struct tm probe = { .tm_year = 124, .tm_mon = 6, .tm_mday = 1, .tm_hour = 12, .tm_isdst = -1 };
    if (mktime(&probe) != INT64_C(1719849600)) {
        print_message("SKIPPED: no zone data for America/New_York\n");
        skip();
    }
    for (int64_t hour = 24; hour < INT64_C(70) * 365 * 24; hour += 1) {
        time_t second = hour * 3600;
        struct tm wall = { 0 };
        localtime_r(&second, &wall);
        char date[40];
        char time[16];
        strftime(date, sizeof(date), "%Y-%m-%d", &wall);
        strftime(time, sizeof(time), "%H:%M", &wall);
        bool comes_twice = wall.tm_isdst == 0 && wall.tm_hour == 1;
        utime at = 0;
        assert_int_equal(eastern_to_utc(slice_from(date), slice_from(time), &at), OK);
        if (!comes_twice && at != second * US_PER_S) {
            fail_msg("%s %s", date, time);
        }
    }
}

static void what_is_no_day_and_time_is_refused(void **state)
{
    (void)state;
    utime at = 0;
    assert_int_equal(eastern_to_utc(S("2024-02-30"), S("13:00"), &at), E_INVALID);
    assert_int_equal(eastern_to_utc(S("2024-9-05"), S("13:00"), &at), E_INVALID);
    assert_int_equal(eastern_to_utc(S("2024-09-05"), S("24:00"), &at), E_INVALID);
    assert_int_equal(eastern_to_utc(S("2024-09-05"), S(""), &at), E_INVALID);
    assert_int_equal(eastern_to_utc(S("1969-09-05"), S("13:00"), &at), E_INVALID);
    assert_int_equal(eastern_to_utc(S("2024-09-05"), S("TBD"), &at), E_INVALID);
}

/* ---- names ---- */

static void assert_name(struct slice name, struct slice search, struct slice key)
{
    CLEANUP(arena_done) struct arena arena = { 0 };
    assert_true(slice_eq(name_search(&arena, name), search));
    assert_true(slice_eq(name_key(&arena, name), key));
}

static void names_are_folded(void **state)
{
    (void)state;
    assert_name(S("Amon-Ra St. Brown"), S("amon ra st brown"), S("amonrastbrown"));
    assert_name(S("D.J. Moore"), S("dj moore"), S("djmoore"));
    assert_name(S("Ja'Marr Chase"), S("jamarr chase"), S("jamarrchase"));
    assert_name(S("Kenneth Walker III"), S("kenneth walker iii"), S("kennethwalker"));
    assert_name(S("Odell Beckham Jr."), S("odell beckham jr"), S("odellbeckham"));
    assert_name(S("  Jos\xc3\xa9  Nu\xc3\xb1"
                  "ez "),
                S("jose nunez"), S("josenunez"));
    assert_name(S("\xc5\x81ukasz"), S("lukasz"), S("lukasz"));
    assert_name(S("V"), S("v"), S("v"));
}

static void a_name_without_latin_letters_is_unknown(void **state)
{
    (void)state;
    assert_name(S(""), S("unknown"), S("unknown"));
    assert_name(S("\xe6\x9d\x8e\xe5\x9b\x9b"), S("unknown"), S("unknown"));
    assert_name(S("..."), S("unknown"), S("unknown"));
}

/* ---- people ---- */

static struct person_facts somebody(struct slice name, struct slice gsis, struct slice sleeper)
{
    struct person_facts facts = person_facts_none();
    facts.name = name;
    facts.ids[ID_GSIS] = gsis;
    facts.ids[ID_SLEEPER] = sleeper;
    return facts;
}

struct crowd {
    struct arena arena;
    struct faults faults;
    struct season_data data;
};

static void crowd_init(struct crowd *crowd)
{
    *crowd = (struct crowd){ 0 };
    crowd->faults.arena = &crowd->arena;
    season_data_init(&crowd->data, &crowd->arena, &crowd->faults, 2024);
}

static void add(struct crowd *crowd, struct slice name, struct slice gsis, struct slice sleeper)
{
    struct person_facts facts = somebody(name, gsis, sleeper);
    people_add(&crowd->data, &facts, PEOPLE_ROSTER);
}

static size_t people_of(struct crowd *crowd)
{
    people_to_batches(&crowd->data);
    return crowd->data.batches[IMPORT_PLAYERS].rows;
}

static const struct slice none = { .ptr = NULL, .len = 0 };

static void people_of_one_name_stay_apart(void **state)
{
    (void)state;
    struct crowd crowd;
    crowd_init(&crowd);
    add(&crowd, S("Josh Allen"), S("00-0034857"), none);
    add(&crowd, S("Josh Allen"), S("00-0035642"), none);
    add(&crowd, S("Josh Allen"), none, S("77"));
    assert_int_equal(people_of(&crowd), 3);
    arena_done(&crowd.arena);
}

static void a_row_without_gsis_id_finds_its_person_by_another_id(void **state)
{
    (void)state;
    struct crowd crowd;
    crowd_init(&crowd);
    add(&crowd, S("P. Mahomes"), none, S("4046"));
    add(&crowd, S("Patrick Mahomes"), S("00-0033873"), S("4046"));
    add(&crowd, S("Mahomes"), none, S("4046"));
    assert_int_equal(people_of(&crowd), 1);
    arena_done(&crowd.arena);
}

static void an_id_stays_with_whom_it_came_first(void **state)
{
    (void)state;
    struct crowd crowd;
    crowd_init(&crowd);
    add(&crowd, S("First"), S("00-0000001"), S("5"));
    add(&crowd, S("Second"), S("00-0000002"), S("5"));
    assert_int_equal(people_of(&crowd), 2);
    assert_int_equal(crowd.data.report.tallies[IMPORT_IDS].rejected, 1);
    arena_done(&crowd.arena);
}

static void somebody_without_any_id_is_rejected(void **state)
{
    (void)state;
    struct crowd crowd;
    crowd_init(&crowd);
    add(&crowd, S("Nobody"), none, none);
    assert_int_equal(people_of(&crowd), 0);
    assert_int_equal(crowd.data.report.tallies[IMPORT_PLAYERS].rejected, 1);
    arena_done(&crowd.arena);
}

static void positions_of_every_source_become_ours(void **state)
{
    (void)state;
    assert_true(slice_eq(people_position(S("PK")), S("K")));
    assert_true(slice_eq(people_position(S("PN")), S("P")));
    assert_true(slice_eq(people_position(S("CB")), S("DB")));
    assert_true(slice_eq(people_position(S("FB")), S("RB")));
    assert_true(slice_eq(people_position(S("T")), S("OL")));
    assert_true(slice_eq(people_position(S("XX")), S("UNK")));
    assert_true(slice_eq(people_position(S("DEF")), S("UNK"))); /* a person is no team defence */
    assert_true(slice_eq(people_position(none), S("UNK")));
}

/* ---- weeks ---- */

static struct feed_file text_file(struct slice text)
{
    return (struct feed_file){ .name = S("weeks.csv"), .bytes = text };
}

static void columns_of_old_and_new_files_are_the_same_statistics(void **state)
{
    (void)state;
    struct crowd crowd;
    crowd_init(&crowd);
    struct feed_file file = text_file(
        S("player_id,player_display_name,position,season,week,season_type,recent_team,"
          "opponent_team,interceptions,sacks,fumbles_lost_total,def_punt_blocks,def_fg_blocks,"
          "fg_made_list,fg_missed_list,passing_yards,passing_epa\n"
          "00-1,Ann,QB,2024,1,REG,KC,BUF,1,2,3,1,1,28;54,47,300,-1.234567891\n"
          "00-1,Ann,QB,2023,1,REG,KC,BUF,9,9,9,9,9,,,9,9\n"));
    assert_int_equal(read_player_weeks(&crowd.data, &file), OK);
    assert_int_equal(crowd.data.batches[IMPORT_STATS].rows, 1);
    batches_end(&crowd.data.batches[IMPORT_STATS]);
    struct slice expected =
        S("[{\"gsis\":\"00-1\",\"season_type\":\"REG\",\"week\":1,\"team\":\"KC\",\"opponent\":"
          "\"BUF\",\"stats\":{\"passing_yards\":300,\"passing_interceptions\":1,"
          "\"sacks_suffered\":2,\"fumbles_lost\":3,\"fg_made_yards\":82,"
          "\"fg_made_yards_over_30\":24,\"fg_missed_yards\":47,"
          "\"def_blocked_kicks\":2}}]");
    assert_true(slice_eq(crowd.data.batches[IMPORT_STATS].first->text, expected));
    arena_done(&crowd.arena);
}

static void halves_are_stored_exactly_and_zeros_not_at_all(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct stat_line line = { 0 };
    struct json json;
    line.values[STAT_DEF_SACKS] = 500;
    line.values[STAT_RUSHING_YARDS] = -7000;
    line.values[STAT_RECEPTIONS] = 4370;
    line.values[STAT_TARGETS] = -25;
    json_init(&json, &arena);
    stat_json_write(&json, &line);
    assert_true(slice_eq(json_done(&json), S("{\"rushing_yards\":-7,\"receptions\":4.37,"
                                             "\"targets\":-0.025,\"def_sacks\":0.5}")));
}

/* ---- draft positions ---- */

static enum error read_positions(struct arena *arena, struct slice text, struct adp_list *ret_list)
{
    struct faults faults = { .arena = arena };
    return adp_read(arena, S("adp.json"), text, &faults, ret_list);
}

static void draft_positions_are_read_to_the_hundredth(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    struct adp_list list = { 0 };
    assert_int_equal(read_positions(&arena,
                                    S("{\"season\":2024,\"players\":[{\"name\":\"A\",\"position\":"
                                      "\"RB\",\"team\":\"SF\",\"adp\":1.4},{\"name\":\"B\","
                                      "\"position\":\"WR\",\"adp\":12,\"stdev\":0.55}]}"),
                                    &list),
                     OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.season, 2024);
    assert_int_equal(list.entries[0].adp, 140);
    assert_int_equal(list.entries[0].stdev, -1);
    assert_int_equal(list.entries[1].adp, 1200);
    assert_int_equal(list.entries[1].stdev, 55);
}

static void draft_positions_in_another_form_are_refused(void **state)
{
    (void)state;
    CLEANUP(arena_done) struct arena arena = { 0 };
    static const struct slice wrong[] = {
        S_INIT(""),
        S_INIT("[]"),
        S_INIT("{}"),
        S_INIT("{\"players\":{}}"),
        S_INIT("{\"players\":[1]}"),
        S_INIT("{\"players\":[{\"name\":\"A\",\"adp\":1}]}"),
        S_INIT("{\"players\":[{\"name\":\"A\",\"position\":\"RB\",\"adp\":-1}]}"),
        S_INIT("{\"players\":[{\"name\":\"A\",\"position\":\"RB\",\"adp\":\"1\"}]}"),
        S_INIT("{\"players\":[{\"name\":\"\",\"position\":\"RB\",\"adp\":1}]}"),
        S_INIT("{\"players\":[{\"name\":\"A\",\"position\":\"RB\",\"adp\":1}]"),
    };
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct adp_list list = { 0 };
        assert_int_equal(read_positions(&arena, wrong[i], &list), E_FEED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_of_one_or_several_members_is_unpacked),
        cmocka_unit_test(gzip_that_ends_anywhere_too_early_is_refused),
        cmocka_unit_test(gzip_with_a_changed_byte_is_refused),
        cmocka_unit_test(a_bomb_is_refused_before_it_fills_the_memory),
        cmocka_unit_test(a_file_that_is_not_there_or_no_file_is_told_apart),
        cmocka_unit_test(kickoffs_follow_daylight_saving_time),
        cmocka_unit_test(every_hour_since_1970_agrees_with_the_zone_data),
        cmocka_unit_test(what_is_no_day_and_time_is_refused),
        cmocka_unit_test(names_are_folded),
        cmocka_unit_test(a_name_without_latin_letters_is_unknown),
        cmocka_unit_test(people_of_one_name_stay_apart),
        cmocka_unit_test(a_row_without_gsis_id_finds_its_person_by_another_id),
        cmocka_unit_test(an_id_stays_with_whom_it_came_first),
        cmocka_unit_test(somebody_without_any_id_is_rejected),
        cmocka_unit_test(positions_of_every_source_become_ours),
        cmocka_unit_test(columns_of_old_and_new_files_are_the_same_statistics),
        cmocka_unit_test(halves_are_stored_exactly_and_zeros_not_at_all),
        cmocka_unit_test(draft_positions_are_read_to_the_hundredth),
        cmocka_unit_test(draft_positions_in_another_form_are_refused),
    };
    return cmocka_run_group_tests_name("feeds_read", tests, NULL, NULL);
}
