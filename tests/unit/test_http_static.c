/* http: the files of the web client. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"
#include "http/static.h"

static const char script[] = "console.log('whole');";

struct test {
    struct arena arena;
    struct faults faults;
    char dir[64];
    struct static_files *files;
};

static void write_file(const struct test *test, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", test->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void make_dir(const struct test *test, const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", test->dir, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static void make_link(const struct test *test, const char *target, const char *name)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", test->dir, name);
    assert_int_equal(symlink(target, path), 0);
}

static int set_up(void **state)
{
    struct test *test = calloc(1, sizeof(*test));
    test->faults.arena = &test->arena;
    snprintf(test->dir, sizeof(test->dir), "/tmp/test-static-XXXXXX");
    assert_non_null(mkdtemp(test->dir));
    write_file(test, "index.html", "<!doctype html>");
    write_file(test, "sw.js", "self.x = 1;");
    write_file(test, "manifest.json", "{}");
    write_file(test, "data.json", "[]");
    write_file(test, "empty.txt", "");
    write_file(test, "lonely.gz", "not beside anything");
    write_file(test, ".secret", "secret");
    make_dir(test, ".git");
    write_file(test, ".git/config", "secret");
    make_dir(test, "assets");
    write_file(test, "assets/app-1a2b.js", script);
    write_file(test, "assets/app-1a2b.js.br", "brotli");
    write_file(test, "assets/app-1a2b.js.gz", "gzip");
    write_file(test, "assets/app-1a2b.css", "body{}");
    write_file(test, "assets/app-1a2b.css.gz", "gz css");
    write_file(test, "assets/font.woff2", "font");
    make_link(test, "/etc/passwd", "passwd.txt");
    make_link(test, "/etc", "etc");
    struct slice dir = slice_from(test->dir);
    assert_int_equal(static_load(&test->arena, dir, &test->faults, &test->files), OK);
    *state = test;
    return 0;
}

static int tear_down(void **state)
{
    struct test *test = *state;
    char command[128];
    snprintf(command, sizeof(command), "rm -r %s", test->dir);
    int result = system(command);
    arena_done(&test->arena);
    free(test);
    return result;
}

static struct static_reply get(const struct test *test, struct slice path, struct slice accept)
{
    return static_find(
        test->files,
        &(struct static_request){ .method = S("GET"), .path = path, .accept_encoding = accept });
}

static struct static_reply get_plain(const struct test *test, struct slice path)
{
    return get(test, path, (struct slice){ .ptr = NULL });
}

static void assert_slice(struct slice got, struct slice want)
{
    if (!slice_eq(got, want)) {
        fail_msg("got \"%.*s\", want \"%.*s\"", FMT(got), FMT(want));
    }
}

static void files_have_their_media_type_and_cache_rule(void **state)
{
    static const struct {
        struct slice path;
        const char *media;
        const char *cache;
    } want[] = {
        { S_INIT("/index.html"), "text/html; charset=utf-8", "no-cache" },
        { S_INIT("/sw.js"), "text/javascript; charset=utf-8", "no-cache" },
        { S_INIT("/manifest.json"), "application/manifest+json", "no-cache" },
        { S_INIT("/data.json"), "application/json", "no-cache" },
        { S_INIT("/empty.txt"), "text/plain; charset=utf-8", "no-cache" },
        { S_INIT("/lonely.gz"), "application/octet-stream", "no-cache" },
        { S_INIT("/assets/app-1a2b.css"), "text/css; charset=utf-8",
          "public, max-age=31536000, immutable" },
        { S_INIT("/assets/font.woff2"), "font/woff2", "public, max-age=31536000, immutable" },
    };
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        struct static_reply reply = get_plain(*state, want[i].path);
        assert_int_equal(reply.status, 200);
        assert_string_equal(reply.media, want[i].media);
        assert_string_equal(reply.cache_control, want[i].cache);
    }
    assert_slice(get_plain(*state, S("/empty.txt")).body, S(""));
    assert_slice(get_plain(*state, S("/")).body, S("<!doctype html>"));
}

static void pages_of_the_client_get_the_shell(void **state)
{
    static const struct slice pages[] = { S_INIT("/"), S_INIT("/leagues/7/matchup"),
                                          S_INIT("/sign-in"), S_INIT("/apiary"),
                                          S_INIT("/leagues/") };
    static const struct slice missing[] = {
        S_INIT("/missing.js"),
        S_INIT("/assets/gone"),
        S_INIT("/assets/app-0.js"),
        S_INIT("/api"),
        S_INIT("/api/nothing"),
        S_INIT("/leagues/7/x.png"),
        S_INIT(""),
        S_INIT("index.html"),
        S_INIT("/assets/app-1a2b.js.br"),
        S_INIT("/assets/app-1a2b.js.gz"),
    };
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct static_reply reply = get_plain(*state, pages[i]);
        assert_int_equal(reply.status, 200);
        assert_slice(reply.body, S("<!doctype html>"));
        assert_string_equal(reply.cache_control, "no-cache");
    }
    for (size_t i = 0; i < ARRAY_LEN(missing); i++) {
        if (get_plain(*state, missing[i]).status != 404) {
            fail_msg("%.*s was found", FMT(missing[i]));
        }
    }
}

static void hidden_files_links_and_ways_out_are_not_served(void **state)
{
    static const struct slice paths[] = {
        S_INIT("/.secret"),
        S_INIT("/.git/config"),
        S_INIT("/passwd.txt"),
        S_INIT("/../etc/passwd"),
        S_INIT("/assets/../index.html"),
        S_INIT("/etc/passwd.txt"),
        S_INIT("/.."),
        S_INIT("/./index.html"),
        S_INIT("//index.html"),
        S_INIT("/assets/..%2fsw.js"),
        S_INIT("/index.html\0.js"),
        S_INIT("/INDEX.HTML"),
    };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct static_reply reply = get_plain(*state, paths[i]);
        if (reply.status != 404) {
            fail_msg("%.*s was found: %.*s", FMT(paths[i]), FMT(reply.body));
        }
    }
    assert_slice(get_plain(*state, S("/etc/passwd")).body, S("<!doctype html>"));
}

static void the_encoding_follows_the_weights_of_the_client(void **state)
{
    static const struct {
        struct slice accept;
        const char *encoding;
    } cases[] = {
        { S_INIT("gzip, deflate, br"), "br" },
        { S_INIT("gzip"), "gzip" },
        { S_INIT("GZIP;q=1.0 , br;q=0.5"), "gzip" },
        { S_INIT("br ; q=0.5, gzip;Q=0.2"), "br" },
        { S_INIT("br;q=0, gzip"), "gzip" },
        { S_INIT("br;q=0, gzip;q=0.000"), NULL },
        { S_INIT("*"), "br" },
        { S_INIT("*;q=0"), NULL },
        { S_INIT("br;q=0, *;q=0.3"), "gzip" },
        { S_INIT("identity, gzip;q=0.5"), NULL },
        { S_INIT("identity;q=0.5, gzip;q=0.5"), "gzip" },
        { S_INIT("identity"), NULL },
        { S_INIT(""), NULL },
        { S_INIT(",,;q=1,"), NULL },
        { S_INIT("br;q=2"), NULL },
        { S_INIT("br;q=x, gzip;q="), NULL },
        { S_INIT("br;level=4"), NULL },
        { S_INIT("brx, xgzip"), NULL },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct static_reply reply = get(*state, S("/assets/app-1a2b.js"), cases[i].accept);
        const char *got = reply.encoding == NULL ? "plain" : reply.encoding;
        const char *want = cases[i].encoding == NULL ? "plain" : cases[i].encoding;
        if (strcmp(got, want) != 0) {
            fail_msg("%.*s: got %s, want %s", FMT(cases[i].accept), got, want);
        }
        assert_true(reply.varies);
    }
    assert_slice(get(*state, S("/assets/app-1a2b.js"), S("br")).body, S("brotli"));
    assert_slice(get_plain(*state, S("/assets/app-1a2b.js")).body, slice_from(script));
    assert_string_equal(get(*state, S("/assets/app-1a2b.css"), S("br, gzip")).encoding, "gzip");
    assert_false(get(*state, S("/sw.js"), S("br")).varies);
}

static void every_form_of_a_file_has_its_own_tag(void **state)
{
    struct slice plain = get_plain(*state, S("/assets/app-1a2b.js")).etag;
    struct slice br = get(*state, S("/assets/app-1a2b.js"), S("br")).etag;
    struct slice other = get_plain(*state, S("/sw.js")).etag;
    assert_int_equal(plain.ptr[0], '"');
    assert_int_equal(plain.ptr[plain.len - 1], '"');
    assert_false(slice_eq(plain, br));
    assert_false(slice_eq(plain, other));
}

static void a_held_tag_is_answered_with_304(void **state)
{
    struct test *test = *state;
    struct slice tag = get(test, S("/assets/app-1a2b.js"), S("br")).etag;
    const struct {
        struct slice header;
        int status;
    } cases[] = {
        { tag, 304 },    { arena_format(&test->arena, "\"other\", W/%.*s", FMT(tag)), 304 },
        { S("*"), 304 }, { S("\"other\""), 200 },
        { S(""), 200 },  { slice_from_to(tag, 1, tag.len - 1), 200 },
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct static_reply reply =
            static_find(test->files, &(struct static_request){ .method = S("GET"),
                                                               .path = S("/assets/app-1a2b.js"),
                                                               .accept_encoding = S("br"),
                                                               .if_none_match = cases[i].header });
        assert_int_equal(reply.status, cases[i].status);
        assert_slice(reply.etag, tag);
        assert_true(reply.varies);
        assert_int_equal(reply.body.len, cases[i].status == 304 ? 0 : 6);
    }
}

static void only_get_and_head_are_answered(void **state)
{
    struct test *test = *state;
    struct static_request request = { .method = S("HEAD"), .path = S("/sw.js") };
    assert_int_equal(static_find(test->files, &request).status, 200);
    assert_int_equal(static_find(test->files, &request).body.len, 11);
    request.method = S("POST");
    assert_int_equal(static_find(test->files, &request).status, 405);
    request.path = S("/missing.js");
    assert_int_equal(static_find(test->files, &request).status, 404);
}

static void what_cannot_be_loaded_is_refused(void **state)
{
    struct test *test = *state;
    struct static_files *files = NULL;
    struct slice dir = slice_from(test->dir);
    assert_int_equal(static_load(&test->arena, S("/nowhere/dist"), &test->faults, &files), E_FILE);
    assert_slice(test->faults.detail, S("There is no folder /nowhere/dist."));
    char name[64] = "d";
    for (size_t i = 1; i < 8; i++) {
        make_dir(test, name);
        name[2 * i - 1] = '/';
        name[2 * i] = 'd';
    }
    assert_int_equal(static_load(&test->arena, dir, &test->faults, &files), OK);
    make_dir(test, name);
    assert_int_equal(static_load(&test->arena, dir, &test->faults, &files), E_FILE);
    assert_slice(test->faults.detail, S("/d/d/d/d/d/d/d/d lies deeper than 8 levels."));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(files_have_their_media_type_and_cache_rule),
        TEST(pages_of_the_client_get_the_shell),
        TEST(hidden_files_links_and_ways_out_are_not_served),
        TEST(the_encoding_follows_the_weights_of_the_client),
        TEST(every_form_of_a_file_has_its_own_tag),
        TEST(a_held_tag_is_answered_with_304),
        TEST(only_get_and_head_are_answered),
        TEST(what_cannot_be_loaded_is_refused),
    };
    return cmocka_run_group_tests_name("http static", tests, NULL, NULL);
}
