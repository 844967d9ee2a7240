/* ops: settings from the environment and from astralfield.conf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "ops/config.h"

struct fixture {
    struct arena arena;
    struct faults faults;
    struct config settings;
    char data[64];
};

/* A data directory of its own, and an environment without settings. */
static int begin(void **state)
{
    static struct fixture fixture;
    fixture = (struct fixture){ .data = "/tmp/astralfield-settings-XXXXXX" };
    fixture.faults.arena = &fixture.arena;
    for (size_t id = 0; id < CONFIG_COUNT; id++) {
        unsetenv(config_info((enum config_id)id)->name);
    }
    *state = &fixture;
    return mkdtemp(fixture.data) == NULL;
}

static const char *file_of(struct fixture *fixture)
{
    return arena_format(&fixture->arena, "%s/astralfield.conf", fixture->data).ptr;
}

static int end(void **state)
{
    struct fixture *fixture = *state;
    unlink(file_of(fixture));
    rmdir(fixture->data);
    arena_done(&fixture->arena);
    return 0;
}

static void write_file(struct fixture *fixture, const char *text)
{
    FILE *file = fopen(file_of(fixture), "we");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static enum error read_all(struct fixture *fixture)
{
    return config_read(fixture->data, &fixture->faults, &fixture->settings);
}

static bool has_fault(const struct fixture *fixture, const char *at, const char *words)
{
    for (const struct fault *fault = fixture->faults.first; fault != NULL; fault = fault->next) {
        if (strstr(fault->at.ptr, at) != NULL && strstr(fault->message.ptr, words) != NULL) {
            return true;
        }
    }
    return false;
}

static void without_anything_the_defaults_hold(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(read_all(fixture), OK);
    assert_int_equal(fixture->settings.port, 3007);
    assert_string_equal(fixture->settings.listen_address, "127.0.0.1");
    assert_int_equal(fixture->settings.registration, REGISTRATION_OPEN);
    assert_false(fixture->settings.trust_proxy);
    assert_int_equal(fixture->settings.sources[CONFIG_ID_port], CONFIG_FROM_DEFAULT);
}

static void the_environment_wins_over_the_file(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, "# comment\n\nPORT = 4000\nREGISTRATION=invite\n");
    setenv("PORT", "5000", 1);
    assert_int_equal(read_all(fixture), OK);
    assert_int_equal(fixture->settings.port, 5000);
    assert_int_equal(fixture->settings.sources[CONFIG_ID_port], CONFIG_FROM_ENVIRONMENT);
    assert_int_equal(fixture->settings.registration, REGISTRATION_INVITE);
    assert_int_equal(fixture->settings.sources[CONFIG_ID_registration], CONFIG_FROM_FILE);
}

static void an_empty_value_means_the_default(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, "PORT=\n");
    setenv("LOG_LEVEL", "", 1);
    assert_int_equal(read_all(fixture), OK);
    assert_int_equal(fixture->settings.port, 3007);
    assert_int_equal(fixture->settings.sources[CONFIG_ID_port], CONFIG_FROM_DEFAULT);
}

static void every_fault_is_named_at_once(void **state)
{
    struct fixture *fixture = *state;
    write_file(fixture, "PORT=70000\nCOLOUR=red\nnonsense\n");
    setenv("LOG_LEVEL", "loud", 1);
    setenv("TRUST_PROXY", "maybe", 1);
    assert_int_equal(read_all(fixture), E_INVALID);
    assert_int_equal(fixture->faults.count, 5);
    assert_true(has_fault(fixture, "PORT", "0 to 65535"));
    assert_true(has_fault(fixture, "line 2", "no setting COLOUR"));
    assert_true(has_fault(fixture, "line 3", "NAME=value"));
    assert_true(has_fault(fixture, "LOG_LEVEL", "debug|info|warn|error"));
    assert_true(has_fault(fixture, "TRUST_PROXY", "on or off"));
}

static void a_wrong_secret_is_not_repeated(void **state)
{
    struct fixture *fixture = *state;
    setenv("DATABASE_URL", "postgresql://u:hush\xff@h/d", 1);
    assert_int_equal(read_all(fixture), E_INVALID);
    assert_true(has_fault(fixture, "DATABASE_URL", "bytes"));
    assert_false(has_fault(fixture, "DATABASE_URL", "hush"));
}

static void a_secret_is_never_printed(void **state)
{
    struct fixture *fixture = *state;
    setenv("DATABASE_URL", "postgresql://u:hush@h/d", 1);
    assert_int_equal(read_all(fixture), OK);
    assert_string_equal(fixture->settings.database_url, "postgresql://u:hush@h/d");
    struct slice shown = config_print(&fixture->settings, CONFIG_ID_database_url, &fixture->arena);
    assert_true(slice_eq(shown, S("********")));
    shown = config_print(&fixture->settings, CONFIG_ID_redis_url, &fixture->arena);
    assert_int_equal(shown.len, 0);
}

static void an_option_wins_and_a_wrong_one_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    setenv("PORT", "5000", 1);
    assert_int_equal(read_all(fixture), OK);
    config_set(&fixture->settings, CONFIG_ID_port, S("6000"), CONFIG_FROM_OPTION, &fixture->faults);
    assert_int_equal(fixture->settings.port, 6000);
    config_set(&fixture->settings, CONFIG_ID_port, S("6x"), CONFIG_FROM_OPTION, &fixture->faults);
    assert_int_equal(fixture->settings.port, 6000);
    assert_int_equal(fixture->faults.count, 1);
}

static void what_is_printed_reads_back_the_same(void **state)
{
    struct fixture *fixture = *state;
    setenv("TRUST_PROXY", "yes", 1);
    setenv("LOG_REQUESTS", "none", 1);
    assert_int_equal(read_all(fixture), OK);
    for (size_t id = 0; id < CONFIG_COUNT; id++) {
        struct slice text = config_print(&fixture->settings, (enum config_id)id, &fixture->arena);
        config_set(&fixture->settings, (enum config_id)id, text, CONFIG_FROM_OPTION,
                   &fixture->faults);
        struct slice again = config_print(&fixture->settings, (enum config_id)id, &fixture->arena);
        assert_true(slice_eq(text, again));
    }
    assert_int_equal(fixture->faults.count, 0);
    assert_true(fixture->settings.trust_proxy);
}

static void a_file_that_cannot_be_read_is_a_fault(void **state)
{
    struct fixture *fixture = *state;
    const char *path = file_of(fixture);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(read_all(fixture), E_FILE);
    rmdir(path);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(without_anything_the_defaults_hold),
        CASE(the_environment_wins_over_the_file),
        CASE(an_empty_value_means_the_default),
        CASE(every_fault_is_named_at_once),
        CASE(a_wrong_secret_is_not_repeated),
        CASE(a_secret_is_never_printed),
        CASE(an_option_wins_and_a_wrong_one_changes_nothing),
        CASE(what_is_printed_reads_back_the_same),
        CASE(a_file_that_cannot_be_read_is_a_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
